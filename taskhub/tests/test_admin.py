"""The administration: everything can be looked at, organizations stay apart, changes go through commands."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import commands as accounts
from accounts import tokens
from accounts.access import ProjectAccess, identity, project_access
from accounts.actor import Actor, Role
from accounts.credentials import authenticate_bearer
from accounts.errors import InvalidCredential
from accounts.models import (
    ApiKey,
    Membership,
    Organization,
    Project,
    ProjectUserGrant,
    RateHit,
    RefreshToken,
    Team,
    TokenFamily,
    User,
)
from tasks import commands, outbox
from tasks.commands import NewReference, NewShare
from tasks.models import Assignment, Category, Delivery, Event, NotificationPreference, OutboxEntry, Task

pytestmark = pytest.mark.django_db

APPS: dict[str, list[type[Model]]] = {
    name: list(apps.get_app_config(name).get_models()) for name in ("accounts", "tasks")
}
FOREIGN = re.compile(r"theirs[- ]|Globex|Dan Novak")
OF_SUPERUSERS = {RateHit}
PASSWORD = "another-horse-battery"


def furnish(organization: Organization, person: User, word: str) -> Task:
    """At least one row of nearly every model below the organization, recognizable by `word`."""
    system = Actor.system(organization.pk)
    actor = identity(person.pk, organization.pk)
    team = accounts.create_team(actor=system, slug=f"{word}-team", title=f"{word} team", members=[person.pk])
    project = accounts.create_project(
        actor=system, slug=f"{word}-project", name=f"{word} project", visibility="private"
    )
    accounts.grant_project(actor=system, project_id=project.pk, permission="work_project", user_id=person.pk)
    accounts.grant_project(actor=system, project_id=project.pk, permission="view_project", team_id=team.pk)
    accounts.issue_key(actor=system, user_id=person.pk, name=f"{word} key", scopes=["task.read"])
    tokens.issue(user=person, organization_id=organization.pk)
    Category.objects.create(organization=organization, slug=f"{word}-category", title=f"{word} category")
    NotificationPreference.objects.create(
        organization=organization,
        user=person,
        notice="task_completed",
        channel="email",
        recipient="watcher",
        enabled=True,
    )
    access = project_access(actor, id=project.pk)
    assert access is not None
    task = commands.create(
        actor=actor,
        project=access,
        source="hub",
        title=f"{word} task",
        assignees=[NewShare(user=person.uuid), NewShare(team=team.uuid)],
        watchers=[person.uuid],
        references=[NewReference("call", f"{word}-call")],
        due_at=timezone.now() + timedelta(days=1),
    )
    commands.comment(actor=system, task=task.pk, text=f"{word} comment")
    return task


@pytest.fixture
def ulla(cast: Any) -> User:
    """A superuser who belongs to no organization."""
    return User.objects.create(username="ulla", name="Ulla", is_staff=True, is_superuser=True)


@pytest.fixture
def furnished(cast: Any, ulla: User) -> None:
    tasks = [furnish(cast.acme, cast.ana, "ours"), furnish(cast.globex, cast.dan, "theirs")]
    outbox.drain()
    for task in tasks:
        commands.escalate(actor=Actor.system(task.organization_id), task=task.pk)
    hits: Any = [1.0] if connection.vendor == "postgresql" else "1"
    RateHit.objects.create(key="k", hits=hits, allowed=True, leaves_in=1, stale_at=timezone.now())


@pytest.fixture
def as_superuser(client: Client, ulla: User) -> Client:
    client.force_login(ulla, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_admin_of_acme(client: Client, cleo: User) -> Client:
    """Cleo, with the right to use the pages and the role of an administrator in Acme, and a superuser nowhere."""
    User.objects.filter(pk=cleo.pk).update(is_staff=True)
    Membership.objects.filter(user=cleo).update(role=Role.ADMIN)
    client.force_login(cleo, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


# --- Everything can be looked at --------------------------------------------------------------------------------------


@pytest.mark.parametrize("app", APPS)
def test_every_model_is_listed_searched_filtered_and_shown(as_superuser: Client, furnished: None, app: str) -> None:
    for model in APPS[app]:
        pages = admin.site._registry[model]
        rows = model._default_manager.all()
        assert rows.exists(), model
        assert pages.search_fields, model
        assert pages.list_filter, model
        listed = as_superuser.get(page(model, "changelist"))
        assert f"{rows.count()} " in listed.content.decode(), model
        queries = re.findall(r'href="(\?[^"]+)"', listed.content.decode())
        for query in ("?q=ours", *queries):
            address = page(model, "changelist") + query.replace("&amp;", "&")
            assert as_superuser.get(address).status_code == 200, address
        assert as_superuser.get(page(model, "change", rows.first().pk)).status_code == 200, model
        may_add = pages.may_add or model is Organization
        assert as_superuser.get(page(model, "add")).status_code == (200 if may_add else 403), model


def test_history_and_states_are_only_looked_at(as_superuser: Client, furnished: None) -> None:
    fields = dict.fromkeys(("state", "type", "title", "is_open", "handler", "scopes"), "x")
    for model in (Event, OutboxEntry, Task, Assignment, Delivery, ApiKey, RefreshToken):
        row = model._default_manager.first()
        before = model._default_manager.filter(pk=row.pk).values().get()
        assert as_superuser.post(page(model, "change", row.pk), fields).status_code == 403, model
        assert as_superuser.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model
        assert model._default_manager.filter(pk=row.pk).values().get() == before, model


def test_no_page_shows_a_digest_or_a_password(as_superuser: Client, furnished: None) -> None:
    for model in (User, ApiKey, TokenFamily, RefreshToken):
        row = model.objects.order_by("pk").last()
        content = as_superuser.get(page(model, "change", row.pk)).content.decode()
        secrets = [getattr(row, "digest", ""), getattr(row, "password", "")]
        assert not any(secret in content for secret in secrets if secret)


# --- Organizations stay apart -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("app", APPS)
def test_staff_of_one_organization_see_nothing_of_another(as_admin_of_acme: Client, furnished: None, app: str) -> None:
    """No list, filter, form or address shows a row of theirs; what is not there and what is not mine answer alike."""
    for model in APPS[app]:
        if model in OF_SUPERUSERS:
            assert as_admin_of_acme.get(page(model, "changelist")).status_code == 403
            continue
        everything = set(model._default_manager.values_list("pk", flat=True))
        request = as_admin_of_acme.get(page(model, "changelist")).wsgi_request
        own = set(admin.site._registry[model].get_queryset(request).values_list("pk", flat=True))
        assert own, model
        assert own < everything, model
        shown = [page(model, "changelist"), page(model, "changelist") + "?q=theirs"]
        shown += [page(model, "add")] if admin.site._registry[model].may_add else []
        for address in shown:
            assert not FOREIGN.search(as_admin_of_acme.get(address).content.decode()), address
        foreign = (everything - own).pop()
        for name in ("change", "history", "delete"):
            answers = [as_admin_of_acme.get(page(model, name, pk)) for pk in (foreign, 999_999)]
            assert [answer.status_code for answer in answers] in ([302, 302], [403, 403]), (model, name)
            assert not any(FOREIGN.search(answer.content.decode()) for answer in answers), (model, name)


def test_suggestions_are_of_the_own_organization(as_admin_of_acme: Client, furnished: None) -> None:
    def suggested(field: str, model: str, term: str) -> list[str]:
        query = {"term": term, "app_label": "accounts", "model_name": model, "field_name": field}
        return [found["text"] for found in as_admin_of_acme.get(reverse("admin:autocomplete"), query).json()["results"]]

    assert suggested("user", "apikey", "dan") == []
    assert suggested("user", "apikey", "ana") == ["Ana Diaz"]
    assert suggested("content_object", "projectusergrant", "project") == ["ours project"]


def test_a_foreign_id_in_a_form_is_refused(as_admin_of_acme: Client, furnished: None, cast: Any) -> None:
    tries = {
        Team: {"organization": cast.globex.pk, "slug": "spies", "title": "Spies"},
        Project: {"organization": cast.globex.pk, "slug": "spies", "name": "Spies", "visibility": "organization"},
        Category: {"organization": cast.globex.pk, "slug": "spies", "title": "Spies"},
        Membership: {"organization": cast.globex.pk, "user": cast.ana.pk, "role": 4},
        ApiKey: {"organization": cast.globex.pk, "user": cast.dan.pk, "name": "spy", "scopes": ["admin"]},
        ProjectUserGrant: {"content_object": cast.elsewhere.pk, "user": cast.ana.pk, "permission": 1},
        User: {"username": "spy", "organization": cast.globex.pk, "role": 4},
    }
    for model, fields in tries.items():
        before = model.objects.count()
        assert as_admin_of_acme.post(page(model, "add"), fields).status_code == 200  # the form again, with its errors
        assert model.objects.count() == before


def test_actions_do_not_reach_foreign_rows(as_admin_of_acme: Client, furnished: None, cast: Any) -> None:
    task = Task.objects.get(title="theirs task")
    data = {"action": "canceled", "_selected_action": [task.pk]}
    as_admin_of_acme.post(page(Task, "changelist"), data)
    task.refresh_from_db()
    assert task.is_open


def test_a_manager_reaches_tasks_and_not_people(client: Client, cleo: User, furnished: None) -> None:
    User.objects.filter(pk=cleo.pk).update(is_staff=True)
    client.force_login(cleo, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(page(Task, "changelist")).status_code == 200
    for model in (User, ApiKey, Project, Membership):
        assert client.get(page(model, "changelist")).status_code == 403


def test_a_person_of_another_organization_too_is_only_looked_at(
    as_admin_of_acme: Client, furnished: None, cast: Any
) -> None:
    Membership.objects.create(user=cast.ana, organization=cast.globex, role=Role.MEMBER)
    content = as_admin_of_acme.get(page(User, "change", cast.ana.pk)).content.decode()
    assert "new_password" not in content
    answer = as_admin_of_acme.post(page(User, "change", cast.ana.pk), {"new_password": PASSWORD})
    assert answer.status_code == 403
    as_admin_of_acme.post(page(User, "changelist"), {"action": "disable", "_selected_action": [cast.ana.pk]})
    cast.ana.refresh_from_db()
    assert cast.ana.is_active


def test_nobody_makes_themselves_staff(as_admin_of_acme: Client, cast: Any) -> None:
    fields = {"name": "Bo Berg", "is_staff": "on", "is_superuser": "on"}
    assert as_admin_of_acme.post(page(User, "change", cast.bo.pk), fields).status_code == 302
    cast.bo.refresh_from_db()
    assert (cast.bo.is_staff, cast.bo.is_superuser) == (False, False)


# --- The door ---------------------------------------------------------------------------------------------------------


def test_the_only_door_is_the_sign_in_page(client: Client, ana: User) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/signin/?next=%2Fadmin%2F"
    answer = client.post("/admin/login/", {"username": "ana", "password": "x"})
    assert answer["Location"].startswith("/signin/")


def test_it_is_for_staff(client: Client, ana: User) -> None:
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/", follow=True).status_code == 403


def test_signing_out_and_the_password_have_one_page_each(as_superuser: Client) -> None:
    assert as_superuser.get("/admin/password_change/")["Location"] == "/password/"
    assert as_superuser.get("/admin/logout/").status_code == 405
    assert as_superuser.post("/admin/logout/")["Location"] == "/signin/"
    assert as_superuser.get("/admin/").status_code == 302


# --- Changes go through commands --------------------------------------------------------------------------------------


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
    inlines = {f"{name}-{part}": 0 for name in ("projectusergrant_set", "projectteamgrant_set")
               for part in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    assert as_admin_of_acme.post(page(Project, "add"), project | inlines).status_code == 302
    made = Project.objects.get(slug="new")
    as_admin_of_acme.post(page(Project, "changelist"), {"action": "make_default", "_selected_action": [made.pk]})
    assert Project.objects.get(organization=cast.acme, is_default=True) == made
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


# --- Tasks ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def task(cast: Any, access_to: Callable[[User, Project], ProjectAccess]) -> Task:
    return commands.create(
        actor=identity(cast.ana.pk),
        project=access_to(cast.ana, cast.project),
        source="hub",
        title="Count the stock",
        assignees=[NewShare(user=cast.ana.uuid)],
    )


def act(client: Client, action: str, tasks: list[Task], **typed: str) -> str:
    data = {"action": action, "_selected_action": [task.pk for task in tasks], **typed}
    return client.post(page(Task, "changelist"), data, follow=True).content.decode()


@pytest.mark.parametrize(
    ("action", "typed", "event"),
    [
        ("started", {}, "task.started"),
        ("completed", {}, "task.completed"),
        ("canceled", {"reason": "Not needed."}, "task.canceled"),
        ("reassigned", {"to": "bo"}, "task.reassigned"),
        ("reassigned", {"to": "@sales"}, "task.reassigned"),
        ("escalated", {}, "task.escalated"),
        ("marked_as_failed", {"reason": "Broken."}, "task.failed"),
        ("deleted", {}, "task.deleted"),
    ],
)
def test_an_action_is_a_command_of_the_staff_member(
    as_admin_of_acme: Client, cast: Any, task: Task, action: str, typed: dict[str, str], event: str
) -> None:
    assert "1 " in act(as_admin_of_acme, action, [task], **typed)
    last = task.events.order_by("seq").last()
    assert (last.type, last.actor) == (event, cast.cleo)
    if "reason" in typed:
        assert last.payload["reason"] == typed["reason"]
    assert LogEntry.objects.get().user == cast.cleo


def test_what_a_task_refuses_is_told_and_the_others_are_done(as_admin_of_acme: Client, cast: Any, task: Task) -> None:
    closed = Task.objects.get(pk=commands.cancel(actor=Actor.system(cast.acme.pk), task=task.pk).pk)
    content = act(as_admin_of_acme, "escalated", [closed])
    assert "cannot take" in content
    content = act(as_admin_of_acme, "reassigned", [task], to="nobody")
    assert "There is nobody called nobody here." in content
    assert "1 reopened" in act(as_admin_of_acme, "reopened", [task], reason="Still needed.")


def test_a_superuser_who_belongs_nowhere_acts_as_an_administrator(as_superuser: Client, ulla: User, task: Task) -> None:
    assert "1 canceled" in act(as_superuser, "canceled", [task])
    assert task.events.get(type="task.canceled").actor == ulla


def test_what_the_outbox_gave_up_is_tried_again(as_superuser: Client, task: Task) -> None:
    entry = OutboxEntry.objects.first()
    assert entry
    OutboxEntry.objects.filter(pk=entry.pk).update(dead_at=timezone.now(), attempts=8)
    as_superuser.post(page(OutboxEntry, "changelist"), {"action": "again", "_selected_action": [entry.pk]})
    entry.refresh_from_db()
    assert (entry.dead_at, entry.attempts) == (None, 0)
    assert outbox.drain()
