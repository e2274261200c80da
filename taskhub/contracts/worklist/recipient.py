"""Whom a task is reassigned to: a person or a group of the organization, by the number of its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts import queries as people
from tasks.commands import NewShare
from tasks.domain.errors import NotFound

from .holders import Named, named
from .numbers import number_of


@dataclass(frozen=True, slots=True)
class Recipient:
    """The share to be given, and how its holder is shown."""

    share: NewShare
    user: Named | None = None
    group: Named | None = None


def recipient_of(organization_id: int, given: Mapping[str, Any]) -> Recipient:
    """The one that the body names. Raises NotFound, whatever the reason."""
    if given["assign_to_user_id"] is not None:
        members = people.members(organization_id, ids=_ids(given["assign_to_user_id"]))
        for found in members:
            return Recipient(NewShare(user=found.uuid), user=named(found.id, found.name or found.username))
        raise _unknown("assign_to_user_id: There is no such person.")
    for team in people.teams(organization_id, ids=_ids(given["assign_to_group_id"])):
        return Recipient(NewShare(team=team.uuid), group=named(team.id, team.title))
    raise _unknown("assign_to_group_id: There is no such group.")


def _ids(text: str) -> list[int]:
    number = number_of(text)
    return [] if number is None else [number]


def _unknown(message: str) -> NotFound:
    return NotFound(message, code="assignees_not_found")
