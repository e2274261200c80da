"""Reads of uploads: statuses derived from tasks, counts in one query, what waits for whom, and who sees what."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.actor import Actor
from conftest import Cast
from tasks.domain.errors import NotFound
from tasks.domain.lifecycle import ClosedReason, State
from tasks.models import Task
from workflows import uploads
from workflows.models import Document, DocumentTask, Upload, WorkflowInstance
from workflows.uploads import Progress, Status

ActorOf = Callable[..., Actor]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STEP = {"key": "papers", "name": "Papers", "steps": [{"key": "check", "name": "Check it", "assign": {"user": "ana"}}]}
S = Status


@pytest.fixture
def brought(cast: Cast, publish: Any, start: Any) -> Callable[[int], tuple[Upload, list[Task]]]:
    """`brought(3)`: an upload of three documents that wait for ana, and their tasks."""
    definition = publish(STEP)

    def make(number: int) -> tuple[Upload, list[Task]]:
        own = {"organization_id": cast.acme.pk}
        row = Upload.objects.create(
            **own, project=cast.project, definition=definition, created_by=cast.cleo, created_at=NOON
        )
        return row, [_task_of(row, position, start(cast.cleo, "papers")) for position in range(1, number + 1)]

    return make


def _task_of(upload: Upload, position: int, instance: WorkflowInstance) -> Task:
    own = {"organization_id": upload.organization_id, "upload": upload}
    document = Document(**own, instance=instance, position=position, name=f"{position}.txt", size=5)
    document.file.save(document.name, ContentFile(b"words"), save=False)
    document.save()
    task = Task.objects.get(instance_id=instance.pk)
    DocumentTask.objects.create(**own, task=task, document=document, step="check")
    return task


@pytest.mark.parametrize(
    ("counts", "exported", "status", "is_processed"),
    [
        ({}, 0, S.PROCESSING, True),
        ({S.PROCESSING: 1, S.REVIEWING: 1, S.FAILED: 1}, 0, S.PROCESSING, False),
        ({S.REVIEWING: 1, S.FAILED: 1, S.COMPLETED: 1}, 1, S.REVIEWING, False),
        ({S.FAILED: 1, S.COMPLETED: 1}, 0, S.FAILED, False),
        ({S.COMPLETED: 2, S.DISCARDED: 1}, 1, S.COMPLETED, True),
        ({S.COMPLETED: 2, S.FILTERED: 1}, 2, S.EXPORTED, True),
        ({S.DISCARDED: 1, S.FILTERED: 1}, 0, S.COMPLETED, True),
    ],
)
def test_the_status_of_an_upload_is_derived_from_its_tasks(
    counts: dict[Status, int], exported: int, status: Status, is_processed: bool
) -> None:
    progress = Progress(counts, exported)
    assert (progress.status, progress.is_processed) == (status, is_processed)


@pytest.mark.parametrize("state", State)
def test_every_state_of_a_task_has_a_status_and_is_found_by_it(state: State, db: None) -> None:
    for reason in ("", *ClosedReason) if state == State.CANCELED else ("",):
        status = uploads.status_of(Task(state=state, closed_reason=reason))
        assert (status == S.FILTERED) == (reason == ClosedReason.FILTERED)
        assert str(uploads.having(status))


def test_progress_is_counted_in_one_query_for_many_uploads(
    cast: Cast, brought: Any, do: Any, counted: Any, actor_of: ActorOf, access_to: Any
) -> None:
    (first, tasks), (second, others) = brought(4), brought(1)
    do(cast.ana, "complete", tasks[0])
    do(cast.ana, "discard", tasks[1])
    do(cast.ana, "start", tasks[2])
    do(cast.ana, "complete", others[0])
    DocumentTask.objects.filter(task=others[0]).update(exported_at=NOON)
    ana, project = actor_of(cast.ana), access_to(cast.ana, cast.project)
    with counted(2):
        listed = list(uploads.uploads(ana, project))
        progress = uploads.progress_of(listed)
    assert [(row.pk, row.size) for row in listed] == [(second.pk, 1), (first.pk, 4)]
    assert progress[first.pk].counts == {S.COMPLETED: 1, S.DISCARDED: 1, S.REVIEWING: 2}
    assert [progress[row.pk].status for row in listed] == [S.EXPORTED, S.REVIEWING]
    do(cast.cleo, "delete", tasks[2])
    assert uploads.progress_of(listed)[first.pk].counts == {S.COMPLETED: 1, S.DISCARDED: 1, S.REVIEWING: 1}


def test_tasks_are_listed_by_status_and_upload(cast: Cast, brought: Any, do: Any, counted: Any, actor_of: ActorOf,
                                               access_to: Any) -> None:  # fmt: skip
    (first, tasks), (_, others) = brought(3), brought(1)
    do(cast.ana, "discard", tasks[0])
    ana, project = actor_of(cast.ana), access_to(cast.ana, cast.project)

    def ids(**wanted: Any) -> list[int]:
        with counted(1):
            rows = list(uploads.document_tasks(ana, project, **wanted))
            assert all(row.task.project.name and row.document.name and row.upload.uuid for row in rows)
        return [row.task_id for row in rows]

    assert ids() == [others[0].pk, tasks[2].pk, tasks[1].pk, tasks[0].pk]
    assert ids(upload=first, status=S.REVIEWING) == [tasks[2].pk, tasks[1].pk]
    assert ids(status=S.DISCARDED) == [tasks[0].pk]
    assert ids(status=S.FILTERED) == []


def test_the_next_task_of_an_upload_is_the_one_behind_and_then_the_first(
    cast: Cast, brought: Any, do: Any, actor_of: ActorOf
) -> None:
    row, tasks = brought(3)
    brought(1)
    ana = actor_of(cast.ana)
    after = [uploads.next_review(ana, row.pk, after=task.pk) for task in tasks]
    assert [found and found.task_id for found in after] == [tasks[1].pk, tasks[2].pk, tasks[0].pk]
    do(cast.ana, "complete", tasks[0])
    do(cast.ana, "complete", tasks[1])
    assert uploads.next_review(ana, row.pk, after=tasks[2].pk) is None
    assert uploads.next_review(actor_of(cast.bo), row.pk) is None


def test_who_does_not_see_the_project_finds_no_upload_no_task_and_no_file(
    cast: Cast, brought: Any, actor_of: ActorOf
) -> None:
    row, tasks = brought(1)
    assert uploads.upload(actor_of(cast.bo), row.uuid, within=cast.project.pk) == row
    found, _ = uploads.document_task(actor_of(cast.bo), tasks[0].uuid)
    with uploads.open_file(actor_of(cast.bo), found.document).content as file:
        assert file.read() == b"words"
    dan = actor_of(cast.dan)
    for ask in (
        lambda: uploads.upload(dan, row.uuid),
        lambda: uploads.upload(actor_of(cast.bo), row.uuid, within=cast.vault.pk),
        lambda: uploads.document_task(dan, tasks[0].pk),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_file_that_is_gone_is_not_found(cast: Cast, brought: Any, actor_of: ActorOf) -> None:
    _, tasks = brought(1)
    found = uploads.document_of(tasks[0])
    assert found is not None
    found.document.file.delete(save=False)
    found.document.refresh_from_db()
    with pytest.raises(NotFound) as refused:
        uploads.open_file(actor_of(cast.ana), found.document)
    assert refused.value.code == "file_not_found"
