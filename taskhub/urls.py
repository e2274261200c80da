"""Every address of TaskHub. `/healthz` and `/readyz` are answered before the routes, in `middleware.py`."""

from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView


class Favicon(RedirectView):
    """Browsers ask for /favicon.ico whatever the page says."""

    permanent = True

    def get_redirect_url(self, *args: object, **kwargs: object) -> str:
        return static("favicon.svg")


urlpatterns: list[URLPattern | URLResolver] = [
    path("favicon.ico", Favicon.as_view()),
]
