"""Whom events concern, and in which roles: loaded for many events at once, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q

from accounts.actor import Role
from accounts.models import Membership, User
from tasks.domain.lifecycle import ShareState
from tasks.models import Assignment, Event, NotificationPreference, Watcher

from .notices import ASSIGNEE, CREATOR, MANAGER, MENTIONED, RECIPIENTS, WATCHER, Notice

CALLS = frozenset({"task.overdue", "task.escalated"})
"""Events that call for work: who has done their share is not an assignee of these."""


class Audience:
    """The people around the tasks of some events, as they are now: who has left the organization is not told."""

    def __init__(self, events: Sequence[Event]) -> None:
        task_ids = {event.task_id for event in events}
        organization_ids = {event.organization_id for event in events}
        self._shares = _grouped(
            Assignment.objects.filter(task_id__in=task_ids)
            .exclude(state=ShareState.REPLACED)
            .values_list("task_id", "user_id", "team_id", "state")
        )
        self._watchers = _grouped(Watcher.objects.filter(task_id__in=task_ids).values_list("task_id", "user_id"))
        self._teams = _grouped(_team_members(_teams_of(events, self._shares)))
        named = self._everyone_named(events)
        rows = Membership.objects.filter(organization_id__in=organization_ids, user__is_active=True)
        rows = rows.filter(Q(user_id__in=named) | Q(role__gte=Role.MANAGER))
        self._emails: dict[tuple[int, int], str] = {}
        self._managers: dict[int, list[int]] = defaultdict(list)
        for organization_id, user_id, role, email in rows.values_list(
            "organization_id", "user_id", "role", "user__email"
        ):
            self._emails[organization_id, user_id] = email
            if role >= Role.MANAGER:
                self._managers[organization_id].append(user_id)
        self._choices = _choices(organization_ids, {user_id for _, user_id in self._emails})

    def roles(self, event: Event, notice: Notice) -> dict[int, list[str]]:
        """User id -> the roles in which the event concerns them, by precedence; without whoever did it by hand.

        Who is mentioned in a comment is told by the event that says so, not once more by the comment.
        """
        holders: dict[str, list[int | None]] = {
            MENTIONED: event.payload.get("users", []),
            ASSIGNEE: [*self._assignees(event)],
            CREATOR: [event.task.created_by_id],
            WATCHER: [user_id for (user_id,) in self._watchers[event.task_id]],
            MANAGER: [*self._managers[event.organization_id]],
        }
        left_out = {*event.payload.get("mentioned", ()), *([event.actor_id] if event.actor_kind == "user" else [])}
        told: dict[int, list[str]] = defaultdict(list)
        for role in (role for role in RECIPIENTS if role in notice.recipients):
            for user_id in (holder for holder in holders[role] if holder is not None):
                is_member = (event.organization_id, user_id) in self._emails
                if is_member and user_id not in left_out and role not in told[user_id]:
                    told[user_id].append(role)
        return {user_id: roles for user_id, roles in told.items() if roles}

    def wants(self, event: Event, user_id: int, notice: Notice, channel: str, role: str) -> bool:
        """Whether the person is to be told so: what they chose, else the default."""
        chosen = self._choices.get((event.organization_id, user_id, notice.name, channel, role))
        return notice.by_default(channel, role) if chosen is None else chosen

    def email(self, event: Event, user_id: int) -> str:
        """The person's address, empty if they have none."""
        return self._emails[event.organization_id, user_id]

    def _assignees(self, event: Event) -> list[int]:
        """Those whom an assignment names; for other events all who hold a share, and whose team one waits for."""
        if "users" in event.payload:
            users, teams = event.payload["users"], event.payload["teams"]
        else:
            shares = self._shares[event.task_id]
            everyone = event.type not in CALLS
            users = [user_id for user_id, _, state in shares if user_id and (everyone or state == ShareState.PENDING)]
            teams = [team_id for _, team_id, state in shares if team_id and state == ShareState.PENDING]
        return [*users, *(user_id for team_id in teams for (user_id,) in self._teams[team_id])]

    def _everyone_named(self, events: Iterable[Event]) -> set[int]:
        named = {user_id for event in events for user_id in self._assignees(event)}
        named |= {event.task.created_by_id for event in events if event.task.created_by_id is not None}
        return named | {user_id for rows in self._watchers.values() for (user_id,) in rows}


def _grouped(rows: Iterable[tuple]) -> dict[int, list[tuple]]:  # type: ignore[type-arg]
    groups: dict[int, list[tuple]] = defaultdict(list)  # type: ignore[type-arg]
    for key, *values in rows:
        groups[key].append(tuple(values))
    return groups


def _teams_of(events: Iterable[Event], shares: dict[int, list[tuple]]) -> set[int]:  # type: ignore[type-arg]
    named = {team_id for event in events for team_id in event.payload.get("teams", ())}
    return named | {team_id for rows in shares.values() for _, team_id, _ in rows if team_id}


def _team_members(team_ids: set[int]) -> Iterable[tuple[int, int]]:
    return User.groups.through.objects.filter(group_id__in=team_ids).values_list("group_id", "user_id")


def _choices(organization_ids: set[int], user_ids: set[int]) -> dict[tuple[int, int, str, str, str], bool]:
    rows = NotificationPreference.objects.filter(organization_id__in=organization_ids, user_id__in=user_ids)
    columns = rows.values_list("organization_id", "user_id", "notice", "channel", "recipient", "enabled")
    return {tuple(key): enabled for *key, enabled in columns}  # type: ignore[misc]
