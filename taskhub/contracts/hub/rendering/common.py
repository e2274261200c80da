"""What several kinds of things show alike."""

from typing import Any

from accounts.models import User


def person(user: User | None) -> dict[str, Any] | None:
    """Somebody, as far as everybody in the organization may know."""
    return None if user is None else {"id": user.uuid, "username": user.username, "name": user.get_full_name()}
