"""Ids in paths: a malformed id is an id of nothing."""

from uuid import UUID

from accounts.ids import parse_uuid
from tasks.domain.errors import NotFound


def uuid_or_404(text: str | UUID, *, code: str = "task_not_found", message: str = "There is no such task.") -> UUID:
    """The UUID that a path spells. Raises NotFound, as for one that does not exist."""
    found = parse_uuid(text)
    if found is None:
        raise NotFound(message, code=code)
    return found
