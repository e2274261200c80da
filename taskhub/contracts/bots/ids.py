"""Ids of the bots contract: `tsk_` and the like before the uuid, which 26 letters and digits spell in its own order."""

from base64 import b32hexdecode, b32hexencode
from uuid import UUID

from tasks.domain.errors import NotFound

LENGTH = 26
PADDING = "======"
KINDS = {
    "tsk": "task",
    "cmt": "comment",
    "att": "attachment",
    "itm": "item",
    "tpl": "template",
    "wf": "workflow",
    "aut": "automation",
    "ntf": "notification",
}
"""Prefix -> what it is an id of."""


def public(prefix: str, uuid: UUID) -> str:
    """The id of that thing as clients know it."""
    return f"{prefix}_{b32hexencode(uuid.bytes).decode()[:LENGTH].lower()}"


def parse(prefix: str, text: str) -> UUID | None:
    """The uuid that an id spells, None for what is no such id. Each uuid has one spelling."""
    head, _, spelled = text.rpartition("_")
    if head != prefix or len(spelled) != LENGTH or not spelled.isascii():
        return None
    try:
        found = UUID(bytes=b32hexdecode(spelled.upper() + PADDING))
    except ValueError:
        return None
    return found if public(prefix, found) == text else None


def in_path(prefix: str, text: str) -> UUID:
    """The uuid that stands in a path. Raises NotFound (`<kind>_not_found`): a malformed id is an id of nothing."""
    found = parse(prefix, text)
    if found is None:
        kind = KINDS[prefix]
        raise NotFound(f"There is no such {kind}.", code=f"{kind}_not_found")
    return found
