"""Conditional requests (RFC 9110, 13): ETag on what is read, If-None-Match for reading, If-Match for changing.

An ETag is `"<version>-<digest>"`: the whole of it says whether an answer is the same, its version alone whether a row
has been changed meanwhile. So a number in the answer that others move, like a count, refuses nobody's change.
"""

import hashlib
import re
from collections.abc import Iterable

from django.http import HttpRequest
from django.http.response import HttpResponse
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from tasks.domain.errors import StaleVersion

from .formats import Answer

CACHING = {"Cache-Control": "private, no-cache", "Vary": "Authorization, X-API-Key"}
"""It may be kept by who has asked for it, and is asked for again each time."""
OF_BODY = frozenset({"Content-Type", "Content-Length"})
_OWN = re.compile(r'"(\d{1,19})-[0-9a-f]{32}"', re.ASCII)


def tagged(answer: HttpResponse, version: int) -> HttpResponse:
    """`answer` with the ETag of that version of a row."""
    digest = hashlib.sha256(answer.content).hexdigest()[:32]
    answer.headers["ETag"] = f'"{version}-{digest}"'
    return answer


def read(request: HttpRequest, answer: HttpResponse, version: int) -> HttpResponse:
    """`answer` to a GET with its ETag; 304 without a body if the client has just that."""
    tag = tagged(answer, version).headers["ETag"]
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if known == ["*"] or tag in (text.removeprefix("W/") for text in known):
        # What the client keeps takes over the headers of this answer, its content policy among them.
        answer = Answer(
            status=304, headers={name: answer.headers[name] for name in answer.headers if name not in OF_BODY}
        )
    for name, value in CACHING.items():
        answer.headers[name] = value
    return answer


def check_match(request: HttpRequest, current: int, *, required: bool = False) -> int | None:
    """The version that If-Match names, to be asked for again under the lock; None if it leaves it open.

    Raises StaleVersion if it is not the current one, and if none is named though it is required.
    """
    given = request.headers.get("If-Match")
    if given is None:
        if required:
            raise StaleVersion("Say in If-Match which version you have seen.", code="precondition_required")
        return None
    tags = parse_etags(given)
    if tags == ["*"]:
        return None
    if current not in _versions(tags):
        raise StaleVersion("It has been changed since you have seen it.", version=current)
    return current


def _versions(tags: Iterable[str]) -> set[int]:
    """Weak tags are of no use for changes."""
    found = (_OWN.fullmatch(tag) for tag in tags)
    return {int(match[1]) for match in found if match}


IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that you have seen: if it is stale, 412."
)
IF_MATCH_REQUIRED = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag that you have seen, or `*`."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The ETags that you have: if one still holds, 304."
)
NOT_MODIFIED = OpenApiResponse(None, "Not Modified")
ETAG = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=True, description="Names this version.")
