"""Who somebody is and what they may do in a project."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts import access, commands, queries
from accounts.actor import Actor, Role
from accounts.errors import NoMembership
from accounts.models import Membership, Organization, Project, Team, User

ActorOf = Callable[..., Actor]


def rights(actor: Actor, project: Project) -> str:
    """The actor's rights as letters, `-` for somebody who may not even know of the project."""
    found = access.project_access(actor, id=project.pk)
    return "-" if found is None else "v" * found.view + "w" * found.work + "m" * found.manage


def be(user: User, role: Role) -> None:
    Membership.objects.filter(user=user).update(role=role)


def test_an_actor_is_the_member_with_role_and_teams(ana: User, acme: Organization, sales: Team) -> None:
    actor = access.actor_for(ana, acme.pk)
    assert (actor.kind, actor.organization_id, actor.user_uuid) == ("user", acme.pk, ana.uuid)
    assert (actor.role, actor.team_ids, actor.timezone) == (Role.MEMBER, (sales.pk,), "UTC")


def test_teams_of_another_organization_are_not_the_actors(ana: User, acme: Organization, globex: Organization) -> None:
    other = Team.objects.create(organization=globex, slug="sales", title="Sales", name="globex/sales")
    other.user_set.add(ana)
    assert other.pk not in access.actor_for(ana, acme.pk).team_ids


def test_who_is_no_member_or_disabled_is_no_actor(ana: User, acme: Organization, globex: Organization) -> None:
    with pytest.raises(NoMembership):
        access.actor_for(ana, globex.pk)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    with pytest.raises(NoMembership):
        access.actor_for(ana, acme.pk)


def test_without_an_organization_it_is_the_one_joined_first(
    ana: User, acme: Organization, globex: Organization
) -> None:
    Membership.objects.create(user=ana, organization=globex, role=Role.ADMIN)
    assert access.actor_for(ana).organization_id == acme.pk


@pytest.mark.parametrize(
    ("role", "shared", "private"),
    [(Role.VIEWER, "v", "-"), (Role.MEMBER, "vw", "-"), (Role.MANAGER, "vwm", "vwm"), (Role.ADMIN, "vwm", "vwm")],
)
def test_the_role_decides_where_nothing_was_granted(
    ana: User, project: Project, vault: Project, actor_of: ActorOf, role: Role, shared: str, private: str
) -> None:
    be(ana, role)
    actor = actor_of(ana)
    assert (rights(actor, project), rights(actor, vault)) == (shared, private)


@pytest.mark.parametrize(
    ("permission", "shared", "private"),
    [("view_project", "vw", "v"), ("work_project", "vw", "vw"), ("manage_project", "vwm", "vwm")],
)
@pytest.mark.parametrize("to_team", [False, True])
def test_a_grant_to_a_person_or_team_widens_what_a_member_may(
    ana: User,
    sales: Team,
    acme: Organization,
    project: Project,
    vault: Project,
    actor_of: ActorOf,
    permission: str,
    shared: str,
    private: str,
    to_team: bool,
) -> None:
    system = Actor.system(acme.pk)
    bearer = {"team_id": sales.pk} if to_team else {"user_id": ana.pk}
    for one in (project, vault):
        commands.grant_project(actor=system, project_id=one.pk, permission=permission, **bearer)
    actor = actor_of(ana)
    assert (rights(actor, project), rights(actor, vault)) == (shared, private)
    assert set(access.visible_projects(actor)) == {project, vault}
    for one in (project, vault):
        commands.revoke_project(actor=system, project_id=one.pk, permission=permission, **bearer)
    assert (rights(actor, project), rights(actor, vault)) == ("vw", "-")
    assert set(access.visible_projects(actor)) == {project}


def test_a_project_of_another_organization_is_as_if_it_were_not(
    cleo: User, project: Project, elsewhere: Project, actor_of: ActorOf
) -> None:
    actor = actor_of(cleo)
    assert access.project_access(actor, id=elsewhere.pk) is None
    assert access.project_access(actor, uuid=elsewhere.uuid) is None
    assert elsewhere not in access.visible_projects(actor)


def test_the_default_project_is_the_one_marked_so(
    cleo: User, project: Project, vault: Project, actor_of: ActorOf
) -> None:
    found = access.default_project(actor_of(cleo))
    assert found is not None
    assert found.id == project.pk
    commands.set_default_project(actor=Actor.system(cleo.memberships.get().organization_id), project_id=vault.pk)
    found = access.default_project(actor_of(cleo))
    assert found is not None
    assert found.id == vault.pk


def test_what_was_asked_a_moment_ago_needs_no_query(
    ana: User, project: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        actor = access.actor_for(ana)
    with django_assert_num_queries(2):
        access.project_access(actor, uuid=project.uuid)
    with django_assert_num_queries(0):
        assert access.actor_for(ana) == actor
        assert access.project_access(actor, uuid=project.uuid) is not None


def test_what_is_not_there_is_asked_again(cleo: User, acme: Organization, actor_of: ActorOf) -> None:
    actor = actor_of(cleo)
    slug = {"actor": Actor.system(acme.pk), "slug": "late", "name": "Late"}
    uuid = commands.create_project(**slug).uuid
    Project.objects.filter(uuid=uuid).delete()
    assert access.project_access(actor, uuid=uuid) is None
    Project.objects.create(organization=acme, slug="late", name="Late", uuid=uuid)
    assert access.project_access(actor, uuid=uuid) is not None


def test_members_are_the_active_people_of_the_organization_among_those_named(
    ana: User, bo: User, dan: User, acme: Organization, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    User.objects.filter(pk=bo.pk).update(is_active=False)
    with django_assert_num_queries(1):
        by_name = queries.members(acme.pk, usernames=["ana", "bo", "dan", "nobody"])
    assert [member.id for member in by_name] == [ana.pk]
    assert queries.members(acme.pk, uuids=[ana.uuid, bo.uuid, dan.uuid]) == by_name
    assert queries.members(acme.pk) == ()


def test_teams_are_those_of_the_organization_among_those_named(
    sales: Team, acme: Organization, globex: Organization
) -> None:
    assert [team.id for team in queries.teams(acme.pk, slugs=["sales", "none"])] == [sales.pk]
    assert queries.teams(globex.pk, uuids=[sales.uuid]) == ()
