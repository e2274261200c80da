"""Files that are made rather than kept: the icon sprite."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from taskhub.inbox.icons import sprite


@require_safe
def icons(request: HttpRequest) -> HttpResponse:
    """The sprite. Its address holds its digest, so that it may be kept for ever."""
    response = HttpResponse(sprite().svg, content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
