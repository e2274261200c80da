"""The commands of accounts: who may, what is refused, what follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts import access, commands
from accounts.actor import Actor, Role
from accounts.errors import Conflict, InvalidInput, NotAllowed, NotFound
from accounts.models import Membership, Organization, Project, Team, User

ActorOf = Callable[..., Actor]
pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cleo: User, actor_of: ActorOf) -> Actor:
    """Cleo as an administrator of Acme."""
    Membership.objects.filter(user=cleo).update(role=Role.ADMIN)
    return actor_of(cleo)


def every_command(cast: Any, actor: Actor) -> dict[str, Callable[[], object]]:
    """Each command of an administrator, about something in Acme."""
    ana, project, team = cast.ana.pk, cast.project.pk, cast.sales.pk
    grant = {"project_id": project, "permission": "manage_project", "user_id": ana}
    return {
        "create_user": lambda: commands.create_user(actor=actor, username="new", role=Role.MEMBER),
        "add_member": lambda: commands.add_member(actor=actor, user_id=cast.dan.pk, role=Role.ADMIN),
        "change_role": lambda: commands.change_role(actor=actor, user_id=ana, role=Role.ADMIN),
        "remove_member": lambda: commands.remove_member(actor=actor, user_id=ana),
        "update_user": lambda: commands.update_user(actor=actor, user_id=ana, name="Another"),
        "set_password": lambda: commands.set_password(actor=actor, user_id=ana, password="another-horse-battery"),
        "disable_user": lambda: commands.disable_user(actor=actor, user_id=ana),
        "enable_user": lambda: commands.enable_user(actor=actor, user_id=ana),
        "create_team": lambda: commands.create_team(actor=actor, slug="new", title="New"),
        "update_team": lambda: commands.update_team(actor=actor, team_id=team, title="New"),
        "set_team_members": lambda: commands.set_team_members(actor=actor, team_id=team, members=[]),
        "create_project": lambda: commands.create_project(actor=actor, slug="new", name="New"),
        "update_project": lambda: commands.update_project(actor=actor, project_id=project, name="New"),
        "set_default_project": lambda: commands.set_default_project(actor=actor, project_id=cast.vault.pk),
        "grant_project": lambda: commands.grant_project(actor=actor, **grant),
        "revoke_project": lambda: commands.revoke_project(actor=actor, **grant),
        "update_organization": lambda: commands.update_organization(
            actor=actor, organization_id=cast.acme.pk, name="New"
        ),
        "issue_key": lambda: commands.issue_key(actor=actor, user_id=ana, name="k", scopes=["task.read"]),
    }


EXCEPT = {"create_organization", "revoke_key"}
"""Those that the table above cannot hold: one has no actor, the other's tests stand with the keys."""


def test_the_table_holds_every_command(cast: Any, admin: Actor) -> None:
    assert every_command(cast, admin).keys() | EXCEPT == set(commands.__all__)


@pytest.mark.parametrize("name", sorted(set(commands.__all__) - EXCEPT))
def test_what_concerns_the_organization_is_for_its_administrators(
    cast: Any, admin: Actor, bo: User, actor_of: ActorOf, name: str
) -> None:
    for outsider in (actor_of(bo), actor_of(cast.dan)):
        if (name, outsider.organization_id) in {(own, cast.globex.pk) for own in OWN_BUSINESS}:
            continue
        with pytest.raises((NotAllowed, NotFound)):
            every_command(cast, outsider)[name]()
    every_command(cast, admin)[name]()


OWN_BUSINESS = {"create_user", "add_member", "create_team", "create_project"}
"""What an administrator does in their own organization, wherever the caller meant it: there is no id to cross with."""


def test_a_key_without_the_admin_scope_does_not_administer(cast: Any, admin: Actor) -> None:
    from dataclasses import replace

    narrowed = replace(admin, kind="key", scopes=frozenset({"task.read", "task.edit"}))
    for name, command in every_command(cast, narrowed).items():
        if name != "issue_key":
            with pytest.raises(NotAllowed):
                command()


# --- People -----------------------------------------------------------------------------------------------------------


def test_an_admin_does_not_touch_who_also_works_elsewhere(cast: Any, admin: Actor, globex: Organization) -> None:
    Membership.objects.create(user=cast.ana, organization=globex, role=Role.VIEWER)
    for name in ("set_password", "disable_user", "update_user"):
        with pytest.raises(NotAllowed):
            every_command(cast, admin)[name]()


def test_an_admin_does_not_touch_a_superuser(cast: Any, admin: Actor) -> None:
    User.objects.filter(pk=cast.ana.pk).update(is_superuser=True)
    with pytest.raises(NotAllowed):
        commands.set_password(actor=admin, user_id=cast.ana.pk, password="another-horse-battery")


def test_everybody_may_set_their_own_password_but_no_weak_one(ana: User, actor_of: ActorOf) -> None:
    commands.set_password(actor=actor_of(ana), user_id=ana.pk, password="another-horse-battery")
    with pytest.raises(InvalidInput) as refused:
        commands.set_password(actor=actor_of(ana), user_id=ana.pk, password="ana")
    assert refused.value.field == "password"


def test_a_name_that_is_taken_is_a_conflict(cast: Any, admin: Actor) -> None:
    with pytest.raises(Conflict):
        commands.create_user(actor=admin, username="dan", role=Role.MEMBER)
    with pytest.raises(InvalidInput):
        commands.create_user(actor=admin, username="two words", role=Role.MEMBER)
    with pytest.raises(Conflict):
        commands.add_member(actor=admin, user_id=cast.ana.pk, role=Role.VIEWER)


def test_who_leaves_loses_all_they_had_there_and_nothing_elsewhere(
    cast: Any, admin: Actor, globex: Organization
) -> None:
    other = Actor.system(globex.pk)
    commands.add_member(actor=other, user_id=cast.ana.pk, role=Role.MEMBER)
    team = commands.create_team(actor=other, slug="sales", title="Sales", members=[cast.ana.pk])
    commands.grant_project(actor=admin, project_id=cast.vault.pk, permission="work_project", user_id=cast.ana.pk)
    commands.remove_member(actor=admin, user_id=cast.ana.pk)
    assert not cast.sales.user_set.filter(pk=cast.ana.pk).exists()
    assert list(team.user_set.all()) == [cast.ana]
    assert access.actor_for(cast.ana).organization_id == globex.pk
    commands.add_member(actor=admin, user_id=cast.ana.pk, role=Role.MEMBER)
    assert access.project_access(access.actor_for(cast.ana, cast.acme.pk), id=cast.vault.pk) is None


def test_the_last_administrator_cannot_be_removed_or_demoted(cast: Any, admin: Actor) -> None:
    for command in (
        lambda: commands.remove_member(actor=admin, user_id=cast.cleo.pk),
        lambda: commands.change_role(actor=admin, user_id=cast.cleo.pk, role=Role.MEMBER),
    ):
        with pytest.raises(Conflict) as refused:
            command()
        assert refused.value.code == "last_admin"
    commands.change_role(actor=admin, user_id=cast.ana.pk, role=Role.ADMIN)
    commands.change_role(actor=admin, user_id=cast.cleo.pk, role=Role.MEMBER)


def test_a_changed_role_is_felt_at_once(ana: User, acme: Organization) -> None:
    assert access.actor_for(ana, acme.pk).role == Role.MEMBER
    commands.change_role(actor=Actor.system(acme.pk), user_id=ana.pk, role=Role.MANAGER)
    assert access.actor_for(ana, acme.pk).role == Role.MANAGER


# --- Teams, projects, organizations -----------------------------------------------------------------------------------


def test_a_team_consists_of_members_of_its_organization(cast: Any, admin: Actor) -> None:
    with pytest.raises(InvalidInput):
        commands.set_team_members(actor=admin, team_id=cast.sales.pk, members=[cast.ana.pk, cast.dan.pk])
    assert set(cast.sales.user_set.all()) == {cast.ana, cast.bo}
    team = commands.create_team(actor=admin, slug="new", title="New", members=[cast.bo.pk])
    assert access.actor_for(cast.bo, cast.acme.pk).team_ids == (cast.sales.pk, team.pk)
    with pytest.raises(Conflict):
        commands.create_team(actor=admin, slug="sales", title="Twice")
    assert Team.objects.count() == 2


def test_the_first_project_is_the_default_and_it_can_move(globex: Organization) -> None:
    new = commands.create_organization(slug="initech", name="Initech", hostname="Initech.Example.com ")
    assert new.hostname == "initech.example.com"
    system = Actor.system(new.pk)
    first = commands.create_project(actor=system, slug="one", name="One")
    second = commands.create_project(actor=system, slug="two", name="Two")
    assert (first.is_default, second.is_default) == (True, False)
    commands.set_default_project(actor=system, project_id=second.pk)
    assert list(Project.objects.filter(organization=new, is_default=True)) == [second]
    with pytest.raises(Conflict):
        commands.create_organization(slug="initech", name="Again")
    with pytest.raises(Conflict):
        commands.create_organization(slug="other", name="Other", hostname="INITECH.example.com")
    with pytest.raises(InvalidInput):
        commands.create_organization(slug="other", name="Other", timezone="Mars/Base")


def test_grants_name_one_bearer_of_the_organization_and_a_known_permission(cast: Any, admin: Actor) -> None:
    project = {"actor": admin, "project_id": cast.vault.pk}
    for wrong, error in (
        ({"permission": "own_project", "user_id": cast.ana.pk}, InvalidInput),
        ({"permission": "view_project"}, InvalidInput),
        ({"permission": "view_project", "user_id": cast.ana.pk, "team_id": cast.sales.pk}, InvalidInput),
        ({"permission": "view_project", "user_id": cast.dan.pk}, NotFound),
        ({"permission": "view_project", "team_id": 999}, NotFound),
    ):
        with pytest.raises(error):
            commands.grant_project(**project, **wrong)
    with pytest.raises(NotFound):
        commands.grant_project(
            actor=admin, project_id=cast.elsewhere.pk, permission="view_project", user_id=cast.ana.pk
        )


def test_settings_of_the_organization_are_checked(acme: Organization, admin: Actor) -> None:
    change = {"actor": admin, "organization_id": acme.pk}
    changed = commands.update_organization(**change, escalate_after=timedelta(hours=1), hostname=None)
    assert (changed.escalate_after, changed.hostname) == (timedelta(hours=1), None)
    with pytest.raises(InvalidInput):
        commands.update_organization(**change, timezone="Mars/Base")
    acme.refresh_from_db()
    assert acme.timezone == "UTC"
