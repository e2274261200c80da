"""What several kinds of things show alike."""

from typing import Any

from accounts.models import User
from taskhub.contracts.rows import Row


def person(user: User | None) -> dict[str, Any] | None:
    """Somebody, as far as everybody in the organization may know."""
    return None if user is None else {"id": user.uuid, "username": user.username, "name": user.get_full_name()}


def person_at(row: Row, column: str) -> dict[str, Any] | None:
    """The same of a row with the columns PERSON below `column`."""
    uuid, username, name = (row[f"{column}__{part}"] for part in PERSON)
    return None if uuid is None else {"id": uuid, "username": username, "name": name or username}


PERSON = ("uuid", "username", "name")
