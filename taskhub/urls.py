"""Every address of TaskHub. `/healthz` and `/readyz` are answered before the routes, in `middleware.py`."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView


class Favicon(RedirectView):
    """Browsers ask for /favicon.ico whatever the page says."""

    permanent = True

    def get_redirect_url(self, *args: object, **kwargs: object) -> str:
        return static("favicon.svg")


urlpatterns: list[URLPattern | URLResolver] = [
    path("favicon.ico", Favicon.as_view()),
    path("", include("taskhub.contracts.urls")),
    path("", include("accounts.pages.urls")),
    path("", include("taskhub.inbox.urls")),
    path("", include("taskhub.processes.urls")),
    path("rules/", include("taskhub.automation.urls")),
    path("", include("taskhub.templating.urls")),
    path("documents/", include("taskhub.documents.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "taskhub.contracts.fallback.bad_request"
handler403 = "taskhub.contracts.fallback.forbidden"
handler404 = "taskhub.contracts.fallback.not_found"
handler500 = "taskhub.contracts.fallback.server_error"
