"""What people do with the tasks of documents: complete, discard, unlock, retry, export; each refusal by its code."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from conftest import Cast
from tasks import commands as task_commands
from tasks.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from tasks.models import Event, Task
from workflows import commands, uploads
from workflows.models import DocumentTask, Upload
from workflows.processing.running import run_processors
from workflows.sweeps import fire_timers
from workflows.uploads import Status, status_of

from .papers import paper

ActorOf = Callable[..., Actor]
Act = Callable[..., Any]
LATER = datetime(2026, 3, 2, 13, tzinfo=UTC)


@pytest.fixture
def act(actor_of: ActorOf) -> Act:
    """`act(ana, "unlock", task, reason="...")`: the command as that person gives it."""

    def give(who: Any, verb: str, task: Task, **given: Any) -> Any:
        command = task_commands.discard if verb == "discard" else getattr(commands, verb)
        actor = who if isinstance(who, Actor) else actor_of(who, task.organization)
        return command(actor=actor, task=task.pk, **given)

    return give


def tasks_of(upload: Upload, step: str = "extraction") -> list[Task]:
    rows = DocumentTask.objects.filter(upload=upload, step=step).order_by("document__position", "task_id")
    return [row.task for row in rows.select_related("task__project", "task__organization")]


@pytest.fixture
def reviewing(cast: Cast, bring: Any) -> Callable[..., list[Task]]:
    """`reviewing(paper(), paper())`: the tasks of an upload whose documents wait for people."""

    def make(*files: Any) -> list[Task]:
        upload = bring(cast.ana, *files).upload
        run_processors()
        return tasks_of(upload)

    return make


def code_of(work: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as refused:
        work()
    return refused.value.code


def status(task: Task) -> Status:
    task.refresh_from_db()
    return status_of(task)


def test_completing_leads_to_the_next_step_of_the_document(cast: Cast, reviewing: Any, act: Act) -> None:
    task, _ = reviewing(paper(), paper())
    act(cast.bo, "complete_review", task, data={"total": 12})
    assert status(task) == Status.COMPLETED
    assert task.form_data == {"total": 12, "net": 8}
    (following,) = tasks_of(task.document_task.upload, "classification")
    assert status_of(following) == Status.PROCESSING
    run_processors()
    assert status(following) == Status.COMPLETED
    assert following.form_data == {"label": "invoice"}
    assert following.document_task.document == task.document_task.document


def test_every_fault_is_told_at_once_by_field(cast: Cast, reviewing: Any, act: Act) -> None:
    (task,) = reviewing(paper(words='{"total": "much", "net": 8}'))
    with pytest.raises(InvalidInput) as refused:
        act(cast.bo, "complete_review", task, data={"total": "more", "net": True, "tax": 1})
    assert refused.value.code == "invalid_form"
    assert refused.value.facts["faults"].keys() == {"total", "net", "tax"}
    with pytest.raises(InvalidInput) as refused:
        act(cast.bo, "complete_review", task, data={"total": 1000, "net": 2000})
    assert refused.value.facts["faults"] == {
        "total": ["The total is less than the net amount."],
        "": ["So much is not paid here."],
    }
    assert status(task) == Status.REVIEWING


def test_who_may_not_is_told_so_before_what_is_wrong_with_the_data(
    cast: Cast, reviewing: Any, act: Act, vera: Any, actor_of: ActorOf
) -> None:
    (task,) = reviewing(paper())
    for verb, given in (("complete_review", {"data": {"tax": 1}}), ("discard", {})):
        with pytest.raises(NotAllowed):
            act(vera, verb, task, **given)
        with pytest.raises(NotFound):
            act(actor_of(cast.dan), verb, task, **given)


@pytest.mark.parametrize("verb", ["complete_review", "discard"])
def test_only_what_is_being_reviewed_is_completed_or_discarded(cast: Cast, bring: Any, act: Act, verb: str) -> None:
    upload = bring(cast.ana, paper(), paper(words="boom")).upload
    processed, failed = tasks_of(upload)
    assert code_of(lambda: act(cast.cleo, verb, processed)) == "wrong_state"
    assert status(processed) == Status.PROCESSING
    run_processors()
    act(cast.bo, "discard", processed, reason="Blank")
    assert status(processed) == Status.DISCARDED
    assert code_of(lambda: act(cast.cleo, verb, processed)) == "wrong_state"
    task_commands.fail(actor=Actor.system(cast.acme.pk), task=failed.pk)
    assert code_of(lambda: act(cast.cleo, verb, failed)) == "wrong_state"


def test_a_discarded_document_goes_no_further_and_nothing_is_stuck(cast: Cast, reviewing: Any, act: Act) -> None:
    (task,) = reviewing(paper())
    act(cast.bo, "discard", task, reason="Not for us")
    instance = task.document_task.document.instance
    assert (instance.status, instance.has_incident) == ("completed", False)
    assert Event.objects.get(task=task, type="task.canceled").payload["reason"] == "Not for us"


def test_an_unlocked_task_is_reviewed_again_and_what_it_led_to_is_undone(cast: Cast, reviewing: Any, act: Act) -> None:
    task, _ = reviewing(paper(), paper())
    act(cast.bo, "complete_review", task)
    (following,) = tasks_of(task.document_task.upload, "classification")
    act(cast.bo, "unlock", task, reason="The total is wrong")
    assert (status(task), status(following)) == (Status.REVIEWING, Status.DISCARDED)
    assert following.closed_reason == "superseded"
    assert code_of(lambda: act(cast.cleo, "unlock", following)) == "superseded"
    assert Event.objects.get(task=task, type="task.unlocked").payload["reason"] == "The total is wrong"
    act(cast.bo, "complete_review", task, data={"total": 20})
    run_processors()
    first, second = tasks_of(task.document_task.upload, "classification")
    assert (first.pk, status(second)) == (following.pk, Status.COMPLETED)
    progress = uploads.progress_of([task.document_task.upload])[task.document_task.upload_id]
    assert progress.counts == {Status.COMPLETED: 2, Status.REVIEWING: 1}


def test_a_discarded_and_a_filtered_task_are_unlocked(cast: Cast, reviewing: Any, act: Act) -> None:
    discarded, filtered, _ = reviewing(paper(), paper(total=1, net=1, pages=0), paper())
    act(cast.bo, "discard", discarded)
    assert status(filtered) == Status.FILTERED
    act(cast.bo, "unlock", discarded)
    act(cast.cleo, "unlock", filtered)
    assert (status(discarded), status(filtered)) == (Status.REVIEWING, Status.REVIEWING)
    act(cast.bo, "complete_review", filtered, data={"total": 2})
    assert status(filtered) == Status.COMPLETED


def test_what_is_not_final_is_not_unlocked(cast: Cast, bring: Any, act: Act) -> None:
    upload = bring(cast.ana, paper()).upload
    (task,) = tasks_of(upload)
    assert code_of(lambda: act(cast.cleo, "unlock", task)) == "not_final"
    run_processors()
    assert code_of(lambda: act(cast.cleo, "unlock", task)) == "not_final"


def test_what_is_exported_is_not_unlocked(cast: Cast, reviewing: Any, act: Act, actor_of: ActorOf) -> None:
    task, _ = reviewing(paper(), paper())
    act(cast.bo, "complete_review", task)
    commands.export(actor=actor_of(cast.bo), upload=task.document_task.upload.uuid)
    assert code_of(lambda: act(cast.cleo, "unlock", task)) == "exported"


def test_nothing_of_an_upload_that_is_fully_processed_is_unlocked(cast: Cast, reviewing: Any, act: Act) -> None:
    (task,) = reviewing(paper())
    act(cast.bo, "complete_review", task)
    run_processors()
    assert code_of(lambda: act(cast.cleo, "unlock", task)) == "upload_processed"


def test_the_later_step_is_unlocked_first(cast: Cast, reviewing: Any, act: Act) -> None:
    task, _ = reviewing(paper(), paper())
    act(cast.bo, "complete_review", task)
    run_processors()
    (following,) = tasks_of(task.document_task.upload, "classification")
    assert code_of(lambda: act(cast.bo, "unlock", task)) == "gone_on"
    act(cast.cleo, "unlock", following)
    act(cast.bo, "unlock", task)
    assert (status(task), status(following)) == (Status.REVIEWING, Status.DISCARDED)


def test_who_had_nothing_to_do_with_a_task_does_not_unlock_it(
    cast: Cast, reviewing: Any, act: Act, eve: Any, actor_of: ActorOf
) -> None:
    task, _ = reviewing(paper(), paper())
    act(cast.bo, "complete_review", task)
    with pytest.raises(NotAllowed):
        act(eve, "unlock", task)
    with pytest.raises(NotFound):
        act(actor_of(cast.dan), "unlock", task)
    with pytest.raises(NotFound):
        act(cast.cleo, "unlock", task, within=cast.vault.pk)
    with pytest.raises(StaleVersion):
        act(cast.cleo, "unlock", task, version=1)


def test_an_ordinary_task_is_nothing_to_unlock(cast: Cast, new_task: Any, act: Act) -> None:
    task = new_task(cast.ana)
    act(cast.ana, "complete_review", task)
    assert code_of(lambda: act(cast.cleo, "unlock", task)) == "task_not_found"


def test_a_processor_that_failed_is_tried_again_on_request(
    cast: Cast, bring: Any, act: Act, eve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = bring(cast.ana, paper(words="boom"), paper()).upload
    failed, other = tasks_of(upload)
    _fail_for_good()
    assert status(failed) == Status.FAILED
    assert uploads.progress_of([upload])[upload.pk].status == Status.REVIEWING
    assert code_of(lambda: act(cast.cleo, "retry_task", other)) == "not_failed"
    with pytest.raises(NotAllowed):
        act(eve, "retry_task", failed)
    act(cast.ana, "retry_task", failed)
    assert status(failed) == Status.PROCESSING
    document = failed.document_task.document
    document.file.storage.delete(document.file.name)
    document.file.storage.save(document.file.name, paper().content)
    run_processors()
    assert status(failed) == Status.REVIEWING


def _fail_for_good() -> None:
    """The first try, the rest, and the second, which is the last."""
    run_processors()
    later = timezone.now() + timedelta(minutes=1)
    fire_timers(later)
    run_processors(later)


def test_an_export_answers_what_is_completed_and_marks_it_once(
    cast: Cast, reviewing: Any, act: Act, actor_of: ActorOf, counted: Any
) -> None:
    first, discarded, last = reviewing(paper("a.json", total=10, net=8, extra=[1]), paper("b.json"), paper("c.json"))
    act(cast.bo, "complete_review", first, now=LATER)
    act(cast.bo, "discard", discarded)
    row = first.document_task
    done = commands.export(actor=actor_of(cast.bo), upload=row.upload.uuid, now=LATER)
    with counted(1):
        exported = list(done.rows)
    assert exported == [
        {
            "task_uuid": first.uuid,
            "document_uuid": row.document.uuid,
            "name": "a.json",
            "position": 1,
            "step": "extraction",
            "data": {"total": 10, "net": 8},
            "found": {"extra": [1]},
            "closed_at": LATER,
            "exported_at": LATER,
        }
    ]
    act(cast.bo, "complete_review", last)
    again = list(commands.export(actor=actor_of(cast.bo), upload=row.upload.uuid).rows)
    assert [(each["name"], each["exported_at"] == LATER) for each in again] == [("a.json", True), ("c.json", False)]
    progress = uploads.progress_of([row.upload])[row.upload_id]
    assert (progress.exported, progress.status) == (2, Status.PROCESSING)
    run_processors()
    commands.export(actor=actor_of(cast.bo), upload=row.upload.uuid)
    assert uploads.progress_of([row.upload])[row.upload_id].status == Status.EXPORTED


def test_who_only_looks_on_exports_nothing(cast: Cast, reviewing: Any, vera: Any, actor_of: ActorOf) -> None:
    (task,) = reviewing(paper())
    upload = task.document_task.upload
    with pytest.raises(NotAllowed):
        commands.export(actor=actor_of(vera), upload=upload.uuid)
    for who, within in ((cast.dan, None), (cast.cleo, cast.vault.pk)):
        with pytest.raises(NotFound):
            commands.export(actor=actor_of(who), upload=upload.uuid, within=within)


def test_a_step_of_people_in_a_pipeline_has_its_document_too(cast: Cast, bring: Any, publish: Any, act: Act) -> None:
    publish(
        {"key": "by-hand", "name": "By hand", "steps": [{"key": "read", "name": "Read it", "assign": {"user": "bo"}}]}
    )
    upload = bring(cast.ana, paper("a.json"), pipeline="by-hand").upload
    (task,) = tasks_of(upload, "read")
    assert task.document_task.document.name == "a.json"
    act(cast.bo, "complete_review", task)
    assert status(task) == Status.COMPLETED


def test_a_refused_state_names_the_verb(cast: Cast, bring: Any, act: Act) -> None:
    (task,) = tasks_of(bring(cast.ana, paper()).upload)
    with pytest.raises(WrongState) as refused:
        act(cast.cleo, "unlock", task)
    assert refused.value.facts == {"verb": "unlock", "state": "processing"}
