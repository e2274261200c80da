"""Routes of the documents contract; the last one answers for all that is not there."""

from django.urls import path, re_path

from taskhub.contracts.fallback import unknown_route

from . import CONTRACT
from .views import tasks

BASE = "v2/<str:team_id>/project/<str:project_id>"
TASK = f"{BASE}/task/<str:task_id>"

urlpatterns = [
    path(f"{BASE}/tasks", tasks.Tasks.as_view({"get": "list"})),
    path(TASK, tasks.OneTask.as_view({"get": "retrieve"})),
    re_path(r"^v2(?:/.*)?$", unknown_route(CONTRACT)),
]
