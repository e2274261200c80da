"""Reads of people and teams for other apps, as plain values. One query each."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.actor import Role
from accounts.models import Membership, Team
from accounts.prepared import prepared


@dataclass(frozen=True, slots=True)
class Member:
    """An active person in an organization: someone whom work can be given to."""

    id: int
    uuid: UUID
    username: str
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team of an organization."""

    id: int
    uuid: UUID
    slug: str
    title: str


def members(
    organization_id: int,
    *,
    ids: Collection[int] = (),
    uuids: Collection[UUID] = (),
    usernames: Collection[str] = (),
) -> tuple[Member, ...]:
    """The active members of the organization among those named. Who is missing in the answer is not one."""
    if not (ids or uuids or usernames):
        return ()
    rows = _members(organization_id, tuple(ids), tuple(uuids), tuple(usernames))
    return tuple(Member(*row[:-1], role=Role(row[-1])) for row in rows)


@prepared
def _members(
    organization_id: int, ids: tuple[int, ...], uuids: tuple[UUID, ...], usernames: tuple[str, ...]
) -> QuerySet[Membership, tuple[int, UUID, str, str, str, int]]:
    named = Q(user_id__in=ids) | Q(user__uuid__in=uuids) | Q(user__username__in=usernames)
    rows = Membership.objects.filter(named, organization_id=organization_id, user__is_active=True).order_by("user_id")
    return rows.values_list("user_id", "user__uuid", "user__username", "user__name", "user__email", "role")


def managers(organization_id: int) -> tuple[Member, ...]:
    """The active managers and admins of the organization."""
    rows = Membership.objects.filter(organization_id=organization_id, role__gte=Role.MANAGER, user__is_active=True)
    columns = rows.order_by("user_id").values_list(
        "user_id", "user__uuid", "user__username", "user__name", "user__email", "role"
    )
    return tuple(Member(*row[:-1], role=Role(row[-1])) for row in columns)


def teams(
    organization_id: int,
    *,
    ids: Collection[int] = (),
    uuids: Collection[UUID] = (),
    slugs: Collection[str] = (),
) -> tuple[TeamRow, ...]:
    """The teams of the organization among those named."""
    if not (ids or uuids or slugs):
        return ()
    return tuple(TeamRow(*row) for row in _teams(organization_id, tuple(ids), tuple(uuids), tuple(slugs)))


@prepared
def _teams(
    organization_id: int, ids: tuple[int, ...], uuids: tuple[UUID, ...], slugs: tuple[str, ...]
) -> QuerySet[Team, tuple[int, UUID, str, str]]:
    named = Q(pk__in=ids) | Q(uuid__in=uuids) | Q(slug__in=slugs)
    rows = Team.objects.filter(named, organization_id=organization_id).order_by("pk")
    return rows.values_list("pk", "uuid", "slug", "title")
