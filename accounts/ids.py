"""Public ids: UUIDv7 (RFC 9562), so that rows made later sort later and indexes grow at their end."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new time-ordered id, unique across processes."""
    return _uuid7()


def parse_uuid(text: object) -> UUID | None:
    """The UUID that `text` spells in the canonical form, or None: a malformed id is an id of nothing."""
    if isinstance(text, UUID):
        return text
    if not isinstance(text, str) or len(text) != 36 or not text.isascii():
        return None
    try:
        return UUID(text)
    except ValueError:
        return None
