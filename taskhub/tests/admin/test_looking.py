"""Every model is listed, searched, filtered and shown; history and states are only looked at."""

import re

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import (
    ApiKey,
    Organization,
    RefreshToken,
    TokenFamily,
    User,
)
from tasks.models import Assignment, Delivery, Event, OutboxEntry, Task

from .pages import APPS, page

pytestmark = pytest.mark.django_db


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
