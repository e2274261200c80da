"""Routes of the bots contract, a line for each resource. The last one answers for all that is not there.

What has a word below `tasks/`, such as `tasks/analytics`, stands before the tasks, whose ids may be any text.
"""

from django.urls import include, path, re_path

from taskhub.contracts.fallback import unknown_route

from . import CONTRACT
from .resources.analytics import views as analytics
from .resources.attachments import views as attachments
from .resources.auth import views as auth
from .resources.automations import views as automations
from .resources.checklist import views as checklist
from .resources.comments import views as comments
from .resources.notifications import views as notifications
from .resources.scripts import views as scripts
from .resources.tasks import views as tasks
from .resources.templates import views as templates
from .resources.time import views as time
from .resources.triggers import views as triggers
from .resources.watchers import views as watchers
from .resources.workflows import views as workflows

urlpatterns = [
    path("api/v1/", include(auth.routes)),
    path("api/v1/", include(analytics.routes)),
    path("api/v1/", include(notifications.routes)),
    path("api/v1/", include(scripts.routes)),
    path("api/v1/", include(templates.routes)),
    path("api/v1/", include(tasks.routes)),
    path("api/v1/", include(comments.routes)),
    path("api/v1/", include(attachments.routes)),
    path("api/v1/", include(checklist.routes)),
    path("api/v1/", include(watchers.routes)),
    path("api/v1/", include(time.routes)),
    path("api/v1/", include(workflows.routes)),
    path("api/v1/", include(automations.routes)),
    path("api/v1/", include(triggers.routes)),
    re_path(r"^api/v1(?:/.*)?$", unknown_route(CONTRACT)),
]
