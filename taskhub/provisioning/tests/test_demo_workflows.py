"""The demo's workflows: definitions worth looking at, instances at every stage."""

from datetime import UTC, datetime

import pytest

from accounts.credentials import authenticate_bearer
from taskhub.provisioning.demo import play
from taskhub.provisioning.management.commands.demo import KEY
from workflows import compiled, queries, uploads
from workflows.diagram.graph import State
from workflows.drawing import instance_graph
from workflows.engine.state import State as EngineState
from workflows.models import (
    DocumentTask,
    Processing,
    StepRun,
    Timer,
    Upload,
    WorkflowDefinition,
    WorkflowInstance,
)
from workflows.uploads import Status

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def about(label: str) -> WorkflowInstance:
    """The instance that nobody else has started."""
    return WorkflowInstance.objects.get(entity_label=label, parent=None)


def open_steps(instance: WorkflowInstance) -> set[str]:
    return set(instance.runs.filter(left_at=None).values_list("step", flat=True))


def test_definitions_are_published_and_have_every_kind_of_step() -> None:
    play.load(NOW)
    rows = WorkflowDefinition.objects.all()
    assert {row.status for row in rows} == {"published"}
    assert len(rows) >= 3
    kinds = {step.type.value for row in rows for step in compiled.of(row).steps}
    assert kinds >= {"human", "automatic", "wait", "workflow"}


def test_instances_stand_at_every_stage() -> None:
    play.load(NOW)
    assert set(WorkflowInstance.objects.values_list("status", flat=True)) == {"running", "completed", "canceled"}
    assert open_steps(about("Dr. Hanna Vogel")) == {"workstation", "induction"}
    assert open_steps(about("Dr. Samuel Adeyemi")) == {"first-day"}
    assert open_steps(about("Storage for the picture archive")) == {"lead", "board"}
    assert open_steps(about("fax-2240.pdf")) == {"copy"}
    assert about("Dr. Lea Winter").status == about("First aid course").status == "completed"
    assert StepRun.objects.filter(visit__gt=1).count() >= 3
    child = WorkflowInstance.objects.get(parent=about("invoice-kordes-08840.pdf"))
    assert open_steps(child) == {"lead"}


def test_one_stands_still_and_says_why() -> None:
    play.load(NOW)
    stuck = WorkflowInstance.objects.get(has_incident=True)
    run = stuck.runs.get(state="failed")
    assert run.step == "file"
    assert "petra" in run.error


def test_nothing_is_owed_to_the_outside() -> None:
    play.load(NOW)
    assert not Timer.objects.filter(fire_at__lte=NOW).exists()
    assert not Timer.objects.filter(kind=Timer.Kind.ACTION).exists()


def test_every_instance_can_be_drawn_and_every_state_is_met() -> None:
    play.load(NOW)
    met: set[State] = set()
    for instance in WorkflowInstance.objects.all():
        definition = compiled.definition_of(instance.definition_id)
        graph = instance_graph(definition, EngineState.from_json(instance.state), queries.runs(instance))
        met |= {node.state for node in graph.nodes}
        assert any(edge.taken for edge in graph.edges)
    assert met == {*State} - {State.NONE}


def test_the_demos_key_may_start_workflows() -> None:
    play.load(NOW)
    assert authenticate_bearer(KEY).may("workflow.execute")


def test_uploads_were_read_reviewed_and_fetched_and_some_wait() -> None:
    play.load(NOW)
    rows = list(Upload.objects.order_by("id"))
    progress = uploads.progress_of(rows)
    assert [progress[row.pk].status for row in rows] == [Status.EXPORTED, Status.REVIEWING]
    assert progress[rows[0].pk].counts[Status.DISCARDED] == 1
    waiting = DocumentTask.objects.filter(upload=rows[1], task__is_open=True)
    assert waiting.count() >= 5
    assert "unreadable" in {issue["code"] for row in waiting for issue in row.issues}
    assert not Processing.objects.exists()
