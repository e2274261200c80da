"""Projects and who was given what in them."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from accounts import policy
from accounts.actor import Actor
from accounts.credential_cache import forget_when_committed
from accounts.errors import InvalidInput, NotFound
from accounts.ids import uuid7
from accounts.models import Membership, Organization, Project, User
from accounts.reporting import prepared
from accounts.validation import save

PERMISSIONS = ("view_project", "work_project", "manage_project")
"""What can be granted; each includes those before it."""


@transaction.atomic
def create_project(
    *,
    actor: Actor,
    slug: str,
    name: str,
    visibility: str = Project.Visibility.ORGANIZATION,
    pipeline: str = "",
    report_url: str = "",
    report_secret: str = "",
    uuid: UUID | None = None,
) -> Project:
    """A new project; the organization's first one is where tasks go that name none."""
    policy.administer(actor, actor.organization_id)
    organization = Organization.objects.select_for_update().get(pk=actor.organization_id)
    project = Project(
        organization=organization,
        slug=slug,
        name=name,
        visibility=visibility,
        pipeline=pipeline,
        uuid=uuid or uuid7(),
        is_default=not organization.projects.exists(),
    )
    _set(project, prepared(project, {"report_url": report_url, "report_secret": report_secret}))
    save(project)
    forget_when_committed()
    return project


@transaction.atomic
def update_project(*, actor: Actor, project_id: int, **changes: Any) -> Project:
    """Changes name, visibility, pipeline, or where reports go (`report_url`, `report_secret`)."""
    project = _project(actor, project_id)
    _set(project, prepared(project, changes))
    save(project, update_fields=list(changes))
    forget_when_committed()
    return project


@transaction.atomic
def set_default_project(*, actor: Actor, project_id: int) -> Project:
    """From now on tasks that name no project go here."""
    project = _project(actor, project_id)
    Project.objects.filter(organization_id=actor.organization_id, is_default=True).update(is_default=False)
    project.is_default = True
    project.save(update_fields=["is_default"])
    forget_when_committed()
    return project


@transaction.atomic
def grant_project(
    *, actor: Actor, project_id: int, permission: str, user_id: int | None = None, team_id: int | None = None
) -> None:
    """Gives a person or a team `view_project`, `work_project` or `manage_project`. Twice is once."""
    project, bearer = _grant(actor, project_id, permission, user_id, team_id)
    assign_perm(permission, bearer, project)
    forget_when_committed()


@transaction.atomic
def revoke_project(
    *, actor: Actor, project_id: int, permission: str, user_id: int | None = None, team_id: int | None = None
) -> None:
    """Takes it back."""
    project, bearer = _grant(actor, project_id, permission, user_id, team_id)
    remove_perm(permission, bearer, project)
    forget_when_committed()


def _set(project: Project, values: dict[str, Any]) -> None:
    for field, value in values.items():
        setattr(project, field, value)


def _project(actor: Actor, project_id: int) -> Project:
    policy.administer(actor, actor.organization_id)
    projects = Project.objects.filter(organization_id=actor.organization_id, pk=project_id)
    project = projects.select_for_update().first()
    if project is None:
        raise NotFound("There is no such project.", code="project_not_found")
    return project


def _grant(
    actor: Actor, project_id: int, permission: str, user_id: int | None, team_id: int | None
) -> tuple[Project, User | Group]:
    project = _project(actor, project_id)
    if permission not in PERMISSIONS:
        raise InvalidInput(f"A permission is one of: {', '.join(PERMISSIONS)}.", field="permission")
    if team_id is not None and user_id is None:
        return project, _group(actor, team_id)
    if user_id is None or team_id is not None:
        raise InvalidInput("A grant is for a person or for a team.", field="user_id")
    membership = Membership.objects.select_related("user").filter(
        organization_id=actor.organization_id, user_id=user_id
    )
    found = membership.first()
    if found is None:
        raise NotFound("There is no such person.", code="user_not_found")
    return project, found.user


def _group(actor: Actor, team_id: int) -> Group:
    group = Group.objects.filter(team__organization_id=actor.organization_id, team__pk=team_id).first()
    if group is None:
        raise NotFound("There is no such team.", code="team_not_found")
    return group
