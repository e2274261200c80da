"""Staff of one organization reach nothing of another."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.actor import Role
from accounts.models import (
    ApiKey,
    Membership,
    Project,
    ProjectUserGrant,
    Team,
    User,
)
from tasks.models import Category, Task

from .pages import APPS, FOREIGN, OF_SUPERUSERS, PASSWORD, page

pytestmark = pytest.mark.django_db


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
