"""What must always be true of the rows, whatever happened: checked by `manage.py verify_invariants`.

Each app has a module `invariants`; a function marked `@invariant` yields one line per row that breaks the rule that its
docstring states. Checks are set-based: the database compares, only violations come back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import ApiKey, Membership, Organization, ProjectTeamGrant, ProjectUserGrant, Team, User

Check = Callable[[], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule and how to find what breaks it."""

    name: str
    rule: str
    violations: Check


REGISTRY: dict[str, Invariant] = {}


def invariant(check: Check) -> Check:
    """Registers a check as `<app>.<function>`; its docstring is the rule."""
    name = f"{check.__module__.split('.')[0]}.{check.__name__}"
    REGISTRY[name] = Invariant(name, (check.__doc__ or "").strip(), check)
    return check


def ids(rows: QuerySet[Any], text: str) -> Iterator[str]:
    """`text`, with {} for the id, for each of the rows."""
    return (text.format(pk) for pk in rows.order_by("pk").values_list("pk", flat=True).iterator())


def member_of(organization: str, user: str) -> Exists:
    """Whether the person at path `user` is a member of the organization at path `organization`."""
    return Exists(Membership.objects.filter(organization_id=OuterRef(organization), user_id=OuterRef(user)))


@invariant
def team_members_are_members() -> Iterator[str]:
    """Who is in a team is a member of the team's organization."""
    through = User.groups.through.objects.filter(group__team__isnull=False)
    strangers = through.filter(~member_of("group__team__organization_id", "user_id"))
    pairs = strangers.order_by("group_id", "user_id").values_list("group_id", "user_id")
    return (f"team {team}: user {user} is no member of its organization" for team, user in pairs.iterator())


@invariant
def team_groups_are_named_by_their_slugs() -> Iterator[str]:
    """A team's auth group bears the name that both slugs make."""
    rows = Team.objects.select_related("organization").order_by("pk")
    return (
        f"team {team.pk}: its group is called {team.name}"
        for team in rows.iterator()
        if team.name != Team.group_name(team.organization, team.slug)
    )


@invariant
def one_default_project() -> Iterator[str]:
    """An organization with projects has exactly one default project."""
    defaults = Count("projects", filter=Q(projects__is_default=True))
    rows = Organization.objects.annotate(defaults=defaults, all=Count("projects")).filter(all__gt=0)
    return ids(rows.exclude(defaults=1), "organization {}: it has not exactly one default project")


@invariant
def grants_stay_in_the_organization() -> Iterator[str]:
    """Rights in a project are given to members and teams of its organization only."""
    people = ProjectUserGrant.objects.filter(~member_of("content_object__organization_id", "user_id"))
    own = Team.objects.filter(pk=OuterRef("group_id"), organization_id=OuterRef("content_object__organization_id"))
    yield from ids(people, "user grant {}: the person is no member of the project's organization")
    yield from ids(ProjectTeamGrant.objects.filter(~Exists(own)), "team grant {}: the team is of another organization")


@invariant
def living_keys_belong_to_members() -> Iterator[str]:
    """An API key that is not revoked acts as a member of its organization."""
    keys = ApiKey.objects.filter(revoked_at__isnull=True).filter(~member_of("organization_id", "user_id"))
    return ids(keys, "API key {}: its owner is no member of its organization")
