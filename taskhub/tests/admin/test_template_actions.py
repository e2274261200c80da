"""Templates on the admin pages: shown to managers, archived and brought back by commands."""

from typing import Any

import pytest
from django.test import Client

from accounts.access import identity
from tasks.commands.templates import create_template
from tasks.models import TaskTemplate

from .pages import page

pytestmark = pytest.mark.django_db


def test_templates_are_archived_and_brought_back(as_admin_of_acme: Client, cast: Any) -> None:
    row = create_template(actor=identity(cast.cleo.pk, cast.acme.pk), name="Complaint")
    foreign = create_template(actor=identity(cast.dan.pk, cast.globex.pk), name="Theirs")
    address = page(TaskTemplate, "changelist")
    for action, archived in (("archive", True), ("restore", False)):
        chosen = {"action": action, "_selected_action": [row.pk, foreign.pk]}
        said = as_admin_of_acme.post(address, chosen, follow=True).content.decode()
        row.refresh_from_db()
        assert (row.archived_at is not None) == archived
        assert f"1 {action}d." in said
    foreign.refresh_from_db()
    assert (foreign.archived_at, foreign.version) == (None, 1)


def test_a_refusal_is_told(as_admin_of_acme: Client, cast: Any) -> None:
    cleo = identity(cast.cleo.pk, cast.acme.pk)
    first = create_template(actor=cleo, name="Complaint")
    chosen = {"action": "archive", "_selected_action": [first.pk]}
    as_admin_of_acme.post(page(TaskTemplate, "changelist"), chosen)
    create_template(actor=cleo, name="Complaint")
    chosen = {"action": "restore", "_selected_action": [first.pk]}
    said = as_admin_of_acme.post(page(TaskTemplate, "changelist"), chosen, follow=True).content.decode()
    assert "There is a template &#x27;Complaint&#x27; already." in said
