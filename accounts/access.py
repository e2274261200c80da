"""Who somebody is in an organization, and what they may do in its projects. Knows nothing of tasks.

Rights are read from the database and remembered for a second at most, so a warm request asks nothing (ADR 0010).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.actor import Actor, Role
from accounts.credential_cache import forget, remembered
from accounts.errors import NoMembership
from accounts.models import Membership, Organization, Project, ProjectTeamGrant, ProjectUserGrant, Team, User
from accounts.prepared import prepared

__all__ = [
    "NoMembership",
    "ProjectAccess",
    "actor_for",
    "default_project",
    "forget",
    "identity",
    "managed_projects",
    "organization",
    "project_access",
    "visible_projects",
]


def actor_for(user: User, organization_id: int | None = None) -> Actor:
    """The person as an actor in that organization, or in the first one they joined. Raises NoMembership."""
    key = ("actor", user.pk, organization_id)
    return remembered(key, lambda: identity(user.pk, organization_id))


def identity(user_id: int, organization_id: int | None = None) -> Actor:
    """The same by ids and read afresh: two queries. Raises NoMembership."""
    found = _first_membership(user_id) if organization_id is None else _membership(user_id, organization_id)
    if not found:
        raise NoMembership("You are not a member of this organization.")
    membership = found[0]
    person, organization = membership.user, membership.organization
    return Actor(
        kind="user",
        organization_id=organization.pk,
        role=Role(membership.role),
        user_id=person.pk,
        user_uuid=person.uuid,
        username=person.username,
        name=person.get_full_name(),
        timezone=person.timezone or organization.timezone,
        team_ids=tuple(_team_ids(person.pk, organization.pk)),
    )


@prepared
def _membership(user_id: int, organization_id: int) -> QuerySet[Membership]:
    return _memberships(user_id).filter(organization_id=organization_id)


@prepared
def _first_membership(user_id: int) -> QuerySet[Membership]:
    return _memberships(user_id).order_by("id")[:1]


def _memberships(user_id: int) -> QuerySet[Membership]:
    rows = Membership.objects.filter(user_id=user_id, user__is_active=True).order_by()
    return rows.select_related("user", "organization")


def organization(organization_id: int) -> Organization:
    """The organization's row and so its settings; not to be changed."""
    return remembered(("organization", organization_id), lambda: Organization.objects.get(pk=organization_id))


@prepared
def _team_ids(user_id: int, organization_id: int) -> QuerySet[Team, int]:
    teams = Team.objects.filter(organization_id=organization_id, user=user_id)
    return teams.order_by("pk").values_list("pk", flat=True)


@dataclass(frozen=True, slots=True)
class ProjectAccess:
    """A project as one actor has it. Who may work may view, who may manage may work."""

    id: int
    uuid: UUID
    slug: str
    name: str
    visibility: str
    view: bool
    work: bool
    manage: bool


def project_access(
    actor: Actor, *, id: int | None = None, uuid: UUID | None = None, slug: str | None = None
) -> ProjectAccess | None:
    """The project and the actor's rights in it; None if it is not theirs to see, whatever the reason."""
    if slug is not None:
        return _access(actor, slug=slug)
    wanted = {"uuid": uuid} if id is None else {"pk": id}
    return _access(actor, **wanted)


def default_project(actor: Actor) -> ProjectAccess | None:
    """The project of tasks that name none; None if the organization has none that the actor may see."""
    return _access(actor, is_default=True)


def _access(actor: Actor, **wanted: Any) -> ProjectAccess | None:
    who = ("project", actor.organization_id, actor.user_id, actor.role, actor.team_ids)

    def load() -> ProjectAccess | None:
        found = _load_access(actor, wanted)
        # A contract asks by uuid and its command a moment later by id: one read is enough for both.
        return found and remembered((*who, ("pk", found.id)), lambda: found)

    return remembered((*who, *wanted.items()), load)


def _load_access(actor: Actor, wanted: dict[str, Any]) -> ProjectAccess | None:
    [(by, value)] = wanted.items()
    found = _projects(actor.organization_id, value, by=by)
    if not found:
        return None
    project = found[0]
    given = _granted(actor, project.pk)
    is_shared = project.visibility == Project.Visibility.ORGANIZATION
    manage = actor.is_manager or "manage_project" in given
    work = manage or "work_project" in given or (is_shared and actor.role >= Role.MEMBER)
    view = work or "view_project" in given or is_shared
    if not view:
        return None
    return ProjectAccess(
        project.pk, project.uuid, project.slug, project.name, project.visibility, view=view, work=work, manage=manage
    )


@prepared
def _projects(organization_id: int, value: Any, *, by: str) -> QuerySet[Project]:
    return Project.objects.filter(organization_id=organization_id, **{by: value}).order_by()


def _granted(actor: Actor, project_id: int) -> frozenset[str]:
    """The codenames of what was granted to the actor or a team of theirs; a manager needs no grant."""
    if actor.is_manager or actor.user_id is None:
        return frozenset()
    own = ProjectUserGrant.objects.filter(content_object_id=project_id, user_id=actor.user_id)
    teams = ProjectTeamGrant.objects.filter(content_object_id=project_id, group_id__in=actor.team_ids)
    codenames: Iterable[str] = own.values_list("permission__codename", flat=True).union(
        teams.values_list("permission__codename", flat=True)
    )
    return frozenset(codenames)


def managed_projects(actor: Actor) -> QuerySet[Project]:
    """Those of them that the actor manages."""
    projects = Project.objects.filter(organization_id=actor.organization_id)
    if actor.is_manager:
        return projects
    manage = {"permission__codename": "manage_project"}
    own = ProjectUserGrant.objects.filter(user_id=actor.user_id, **manage).values("content_object_id")
    teams = ProjectTeamGrant.objects.filter(group_id__in=actor.team_ids, **manage).values("content_object_id")
    return projects.filter(Q(pk__in=own) | Q(pk__in=teams))


def visible_projects(actor: Actor) -> QuerySet[Project]:
    """The projects of the actor's organization that they may view: for lists, and as a subquery of lists."""
    projects = Project.objects.filter(organization_id=actor.organization_id)
    if actor.is_manager:
        return projects
    own = ProjectUserGrant.objects.filter(user_id=actor.user_id).values("content_object_id")
    teams = ProjectTeamGrant.objects.filter(group_id__in=actor.team_ids).values("content_object_id")
    return projects.filter(Q(visibility=Project.Visibility.ORGANIZATION) | Q(pk__in=own) | Q(pk__in=teams))
