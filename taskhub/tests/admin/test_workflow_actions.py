"""Staff publish and retire definitions, cancel and retry instances, by actions; long instances are shown in part."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import identity
from workflows import commands
from workflows.models import InstanceEvent, StepRun, WorkflowDefinition, WorkflowInstance

from .pages import page

pytestmark = pytest.mark.django_db
SUM: dict[str, Any] = {
    "key": "sum",
    "name": "Sum",
    "steps": [
        {"key": "add", "type": "automatic", "set": {"y": "x + 1"}, "next": "show"},
        {"key": "show", "name": "Show it"},
    ],
}


def act(client: Client, action: str, *rows: Any, **typed: str) -> str:
    data = {"action": action, "_selected_action": [row.pk for row in rows], **typed}
    return client.post(page(type(rows[0]), "changelist"), data, follow=True).content.decode()


@pytest.fixture
def definition(cast: Any) -> WorkflowDefinition:
    return commands.publish_document(actor=identity(cast.cleo.pk), document=SUM)[0]


def started(cast: Any, count: int = 1, **variables: Any) -> list[WorkflowInstance]:
    actor = identity(cast.ana.pk)
    return [commands.start(actor=actor, definition="sum", variables=variables).instance for _ in range(count)]


def test_drafts_are_published_and_versions_retired(
    as_admin_of_acme: Client, cast: Any, definition: WorkflowDefinition
) -> None:
    draft = commands.save_draft(actor=identity(cast.cleo.pk), document=SUM | {"name": "Another"})
    content = act(as_admin_of_acme, "published", draft, definition)
    assert "1 published." in content
    assert "This definition is published" in content
    assert "1 retired." in act(as_admin_of_acme, "retired", definition)
    assert dict(WorkflowDefinition.objects.values_list("version", "status")) == {1: "retired", 2: "published"}
    assert LogEntry.objects.filter(user=cast.cleo).count() == 2


def test_instances_are_canceled_with_a_reason(as_admin_of_acme: Client, cast: Any, definition: Any) -> None:
    first, second = started(cast, 2, x=1)
    assert "2 canceled." in act(as_admin_of_acme, "canceled", first, second, reason="Not needed.")
    first.refresh_from_db()
    assert (first.status, first.cancel_reason) == ("canceled", "Not needed.")
    assert InstanceEvent.objects.get(instance=first, type="instance.canceled").actor == cast.cleo
    assert "already" in act(as_admin_of_acme, "canceled", first)


def test_what_stands_still_is_tried_again(as_admin_of_acme: Client, cast: Any, definition: Any) -> None:
    stuck, sound = started(cast)[0], started(cast, x=1)[0]
    assert stuck.has_incident
    content = act(as_admin_of_acme, "tried_again", stuck, sound)
    assert "1 tried again." in content
    assert "No step of this workflow stands still." in content


def test_a_list_asks_the_same_however_many_rows(as_admin_of_acme: Client, cast: Any, definition: Any) -> None:
    started(cast, 1, x=1)
    for model in (WorkflowInstance, StepRun, InstanceEvent):
        counts = []
        for more in (0, 6):
            started(cast, more, x=1)
            with CaptureQueriesContext(connection) as asked:
                as_admin_of_acme.get(page(model, "changelist"))
            counts.append(len(asked))
            assert not any('"workflows_workflowinstance"."state"' in each["sql"] for each in asked), model
        assert counts[0] == counts[1], model


def test_of_a_long_instance_the_latest_visits_are_shown(as_admin_of_acme: Client, cast: Any, definition: Any) -> None:
    (instance,) = started(cast, x=1)
    StepRun.objects.bulk_create(
        StepRun(
            organization=cast.acme,
            instance=instance,
            run=f"r{number}",
            step="show",
            name=f"Visit {number:03}",
            kind="human",
            state="done",
            entered_at=timezone.now(),
            left_at=timezone.now(),
        )
        for number in range(250)
    )
    content = as_admin_of_acme.get(page(WorkflowInstance, "change", instance.pk)).content.decode()
    assert "Visit 249" in content
    assert "Visit 049" not in content


def test_the_document_is_shown_as_it_was_written(as_admin_of_acme: Client, definition: WorkflowDefinition) -> None:
    content = as_admin_of_acme.get(page(WorkflowDefinition, "change", definition.pk)).content.decode()
    assert "&quot;set&quot;: {" in content
