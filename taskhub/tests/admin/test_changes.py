"""What is changed on the pages is changed by commands."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts import tokens
from accounts.access import identity, project_access
from accounts.actor import Role
from accounts.credentials import authenticate_bearer
from accounts.errors import InvalidCredential
from accounts.models import (
    ApiKey,
    Membership,
    Organization,
    Project,
    ProjectUserGrant,
    Team,
    User,
)
from accounts.sealing import unseal

from .pages import PASSWORD, page

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + 40 * "A"


def test_the_secret_of_a_new_key_is_shown_once(as_admin_of_acme: Client, cast: Any) -> None:
    fields = {"organization": cast.acme.pk, "user": cast.ana.pk, "name": "robot", "scopes": ["task.read"]}
    answer = as_admin_of_acme.post(page(ApiKey, "add"), fields)
    found = re.search(r"thk_\w+", answer.content.decode())
    assert found
    assert "no-store" in answer["Cache-Control"]
    assert authenticate_bearer(found[0]).user_id == cast.ana.pk
    for address in (page(ApiKey, "changelist"), page(ApiKey, "change", ApiKey.objects.get().pk), "/admin/"):
        assert found[0] not in as_admin_of_acme.get(address).content.decode()
    assert not any(found[0] in str(cookie) for cookie in as_admin_of_acme.cookies.values())
    as_admin_of_acme.post(
        page(ApiKey, "changelist"), {"action": "revoke", "_selected_action": [ApiKey.objects.get().pk]}
    )
    with pytest.raises(InvalidCredential):
        authenticate_bearer(found[0])


def test_what_a_command_refuses_is_told(as_admin_of_acme: Client, cast: Any) -> None:
    Membership.objects.filter(user=cast.ana).update(role=Role.VIEWER)
    fields = {"organization": cast.acme.pk, "user": cast.ana.pk, "name": "robot", "scopes": ["task.edit"]}
    answer = as_admin_of_acme.post(page(ApiKey, "add"), fields, follow=True)
    assert "would reach further" in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_people_are_made_changed_and_disabled(as_admin_of_acme: Client, cast: Any) -> None:
    fields = {"username": "finn", "name": "Finn", "organization": cast.acme.pk, "role": 1, "new_password": PASSWORD}
    assert as_admin_of_acme.post(page(User, "add"), fields).status_code == 302
    finn = User.objects.get(username="finn")
    assert (finn.check_password(PASSWORD), finn.memberships.get().role) == (True, Role.VIEWER)
    pair = tokens.sign_in(username="finn", password=PASSWORD)
    assert authenticate_bearer(pair.access)
    change = {"name": "Finn Fox", "timezone": "Europe/Paris", "new_password": "third-horse-battery"}
    assert as_admin_of_acme.post(page(User, "change", finn.pk), change).status_code == 302
    finn.refresh_from_db()
    assert (finn.name, finn.token_epoch, finn.check_password("third-horse-battery")) == ("Finn Fox", 1, True)
    with pytest.raises(InvalidCredential):
        authenticate_bearer(pair.access)
    as_admin_of_acme.post(page(User, "changelist"), {"action": "disable", "_selected_action": [finn.pk]})
    finn.refresh_from_db()
    assert not finn.is_active
    as_admin_of_acme.post(page(User, "changelist"), {"action": "enable", "_selected_action": [finn.pk]})
    finn.refresh_from_db()
    assert finn.is_active


def test_organizations_teams_projects_and_members_are_kept(as_admin_of_acme: Client, cast: Any) -> None:
    organization = {
        "name": "Acme Group",
        "hostname": "ACME.example.org",
        "timezone": "UTC",
        "escalate_after": "02:00:00",
    }
    assert as_admin_of_acme.post(page(Organization, "change", cast.acme.pk), organization).status_code == 302
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.hostname, cast.acme.slug) == ("Acme Group", "acme.example.org", "acme")
    team = {"organization": cast.acme.pk, "slug": "new", "title": "New", "members": [cast.bo.pk]}
    assert as_admin_of_acme.post(page(Team, "add"), team).status_code == 302
    new = Team.objects.get(slug="new")
    assert (new.name, list(new.user_set.all())) == ("acme/new", [cast.bo])
    as_admin_of_acme.post(page(Team, "change", new.pk), {"title": "Newer", "members": [cast.ana.pk]})
    new.refresh_from_db()
    assert (new.title, list(new.user_set.all())) == ("Newer", [cast.ana])
    project = {"organization": cast.acme.pk, "slug": "new", "name": "New", "visibility": "private"}
    project |= {"pipeline": "invoices", "report_url": "https://hooks.example.com/", "new_report_secret": SECRET}
    inlines = {f"{name}-{part}": 0 for name in ("projectusergrant_set", "projectteamgrant_set")
               for part in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    assert as_admin_of_acme.post(page(Project, "add"), project | inlines).status_code == 302
    made = Project.objects.get(slug="new")
    as_admin_of_acme.post(page(Project, "changelist"), {"action": "make_default", "_selected_action": [made.pk]})
    assert Project.objects.get(organization=cast.acme, is_default=True) == made
    assert (made.pipeline, unseal(made.report_secret)) == ("invoices", SECRET)
    change = page(Project, "change", made.pk)
    kept = {"name": "Newer", "visibility": "private", "pipeline": "", "report_url": made.report_url}
    as_admin_of_acme.post(change, kept | inlines)
    assert (Project.objects.get(slug="new").name, Project.objects.get(slug="new").pipeline) == ("Newer", "")
    assert Project.objects.get(slug="new").report_secret == made.report_secret
    assert SECRET not in as_admin_of_acme.get(change).content.decode()
    membership = Membership.objects.get(user=cast.bo)
    as_admin_of_acme.post(page(Membership, "change", membership.pk), {"role": 3})
    membership.refresh_from_db()
    assert membership.role == Role.MANAGER
    as_admin_of_acme.post(page(Membership, "delete", membership.pk), {"post": "yes"})
    assert not Membership.objects.filter(user=cast.bo).exists()
    assert not cast.bo.groups.exists()


def test_grants_are_given_and_taken(as_admin_of_acme: Client, cast: Any) -> None:
    from django.contrib.auth.models import Permission

    work = Permission.objects.get(codename="work_project")
    fields = {"content_object": cast.vault.pk, "user": cast.ana.pk, "permission": work.pk}
    assert as_admin_of_acme.post(page(ProjectUserGrant, "add"), fields).status_code == 302
    access = project_access(identity(cast.ana.pk), id=cast.vault.pk)
    assert access
    assert access.work
    grant = ProjectUserGrant.objects.get()
    as_admin_of_acme.post(page(ProjectUserGrant, "delete", grant.pk), {"post": "yes"})
    assert project_access(identity(cast.ana.pk), id=cast.vault.pk) is None


def test_the_last_administrator_stays_one(as_admin_of_acme: Client, cast: Any) -> None:
    membership = Membership.objects.get(user=cast.cleo)
    answer = as_admin_of_acme.post(page(Membership, "change", membership.pk), {"role": 1}, follow=True)
    assert "at least one administrator" in answer.content.decode()
    membership.refresh_from_db()
    assert membership.role == Role.ADMIN
