"""Files come in: bounds, names, types, all or nothing, the pipeline that they go through."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.actor import Actor
from conftest import Cast
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from tasks.models import Task
from workflows import commands
from workflows.commands import NewFile
from workflows.commands import uploads as module
from workflows.commands.pipelines import BUILT_IN, KEY
from workflows.models import Document, DocumentTask, Processing, StepRun, Upload, WorkflowDefinition, WorkflowInstance

from .papers import INVOICES, paper

ActorOf = Callable[..., Actor]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def kept(settings: Any, tmp_path: Path) -> Callable[[], list[Path]]:
    """`kept()`: the files that lie in the storage."""
    here = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": here}
    return lambda: sorted(path for path in tmp_path.rglob("*") if path.is_file())


def test_each_file_becomes_a_document_and_an_instance_of_the_pipeline(
    cast: Cast, bring: Any, kept: Any, invoices: WorkflowDefinition
) -> None:
    upload, documents = (done := bring(cast.ana, paper("a.json"), paper("b.json"))).upload, done.documents
    assert (upload.project, upload.definition, upload.created_by) == (cast.project, invoices, cast.ana)
    assert [(each.name, each.position) for each in documents] == [("a.json", 1), ("b.json", 2)]
    assert [path.read_bytes() for path in kept()] == [b'{"total": 10, "net": 8}'] * 2
    assert all(path.parts[-3] == str(cast.acme.pk) and path.parts[-4] == "documents" for path in kept())
    instance = WorkflowInstance.objects.get(document=documents[0])
    assert (instance.entity_type, instance.entity_id, instance.entity_label) == (
        "document",
        str(documents[0].uuid),
        "a.json",
    )
    assert instance.state["variables"]["document"]["name"] == "a.json"
    tasks = list(Task.objects.filter(document_task__upload=upload).order_by("pk"))
    assert [(task.title, task.state, task.source) for task in tasks] == [
        ("Check a.json", "processing", "documents"),
        ("Check b.json", "processing", "documents"),
    ]
    assert [(row.task, row.step) for row in DocumentTask.objects.order_by("task_id")] == [
        (task, "extraction") for task in tasks
    ]
    assert sorted(Processing.objects.values_list("task", "processor")) == [(task.pk, "echo") for task in tasks]


def test_names_are_cleaned_and_types_are_what_the_content_says(cast: Cast, bring: Any) -> None:
    files = [
        NewFile("../../etc/scan\r\n.png", ContentFile(PNG)),
        NewFile("picture.png", ContentFile(b"<script>alert(1)</script>")),
        NewFile("a" * 300 + ".txt", ContentFile(b"words")),
        NewFile("C:\\papers\\bill.pdf", ContentFile(b"%PDF-1.7 ...")),
    ]
    named = [(each.name, each.content_type) for each in bring(cast.ana, *files).documents]
    assert named[0] == ("scan .png", "image/png")
    assert named[1] == ("picture.png", "application/octet-stream")
    assert (len(named[2][0]), named[2][1]) == (150, "text/plain")
    assert named[3] == ("bill.pdf", "application/pdf")


@pytest.mark.parametrize(
    ("files", "field", "code"),
    [
        ([], "files", "invalid_input"),
        ([paper()] * 101, "files", "invalid_input"),
        ([paper(), NewFile("none.txt", ContentFile(b""))], "files[1]", "invalid_input"),
        ([paper(), paper(), NewFile("big.txt", ContentFile(b"x" * 101))], "files[2]", "too_large"),
    ],
)
def test_what_is_out_of_bounds_leaves_nothing(
    cast: Cast, bring: Any, kept: Any, settings: Any, files: list[NewFile], field: str, code: str
) -> None:
    settings.DOCUMENT_MAX_BYTES = 100
    with pytest.raises(InvalidInput) as refused:
        bring(cast.ana, *files)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert not Upload.objects.exists()
    assert kept() == []


def test_a_transaction_that_fails_takes_the_files_with_it(
    cast: Cast, bring: Any, kept: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk of the database is full")

    with monkeypatch.context() as patch:
        patch.setattr(module.Move, "make_each", broken)
        with pytest.raises(RuntimeError):
            bring(cast.ana, paper("a.json"), paper("b.json"))
    assert kept() == []
    assert not any(model.objects.exists() for model in (Upload, Document, WorkflowInstance, Task))


def test_a_file_that_breaks_off_takes_those_before_it_away(cast: Cast, bring: Any, kept: Any) -> None:
    class Torn(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            self.times = getattr(self, "times", 0) + 1
            if self.times > 1:  # the first time it is only summed up
                raise OSError("the disk is full")
            return super().chunks(chunk_size)

    with pytest.raises(OSError, match="full"):
        bring(cast.ana, paper("a.json"), NewFile("torn.txt", Torn(b"words")))
    assert kept() == []
    assert not Upload.objects.exists()


def test_more_files_are_added_to_an_upload_up_to_its_bound(
    cast: Cast, bring: Any, kept: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bring(cast.ana, paper(), paper()).upload
    monkeypatch.setattr(module, "MAX_DOCUMENTS", 4)
    more = bring(cast.bo, paper("third.json"), into=first.uuid)
    assert (more.upload, [each.position for each in more.documents]) == (first, [3])
    with pytest.raises(InvalidInput):
        bring(cast.bo, paper(), paper(), into=first.uuid)
    assert len(kept()) == first.documents.count() == 3


def test_an_upload_of_another_project_takes_no_files(cast: Cast, bring: Any, kept: Any) -> None:
    ours = bring(cast.cleo, paper()).upload
    for who, project in ((cast.dan, cast.elsewhere), (cast.cleo, cast.vault)):
        with pytest.raises(NotFound) as refused:
            bring(who, paper(), project=project, into=ours.uuid)
        assert refused.value.code == "upload_not_found"
    assert len(kept()) == 1


def test_who_only_looks_on_and_a_key_that_only_reads_bring_nothing(cast: Cast, bring: Any, vera: Any) -> None:
    with pytest.raises(NotAllowed):
        bring(vera, paper())
    with pytest.raises(NotAllowed) as refused:
        bring(cast.ana, paper(), scopes=frozenset({"task.read"}))
    assert refused.value.code == "scope_missing"
    assert bring(cast.ana, paper(), scopes=frozenset({"task.edit"})).upload


def test_without_a_pipeline_of_its_own_a_project_has_the_built_in_one(cast: Cast, bring: Any) -> None:
    one, other = (bring(who, paper(), pipeline="").upload for who in (cast.ana, cast.bo))
    assert one.definition == other.definition
    assert (one.definition.key, one.definition.is_listed, one.definition.document) == (KEY, False, BUILT_IN)
    theirs = bring(cast.dan, paper(), project=cast.elsewhere, pipeline="").upload
    assert theirs.definition.organization == cast.globex


def test_new_uploads_take_the_newest_version_and_old_ones_stay_with_theirs(
    cast: Cast, bring: Any, publish: Any
) -> None:
    old = bring(cast.ana, paper()).upload
    newer = publish({**INVOICES, "name": "Bills"})
    assert bring(cast.ana, paper()).upload.definition == newer
    assert bring(cast.ana, paper(), into=old.uuid).upload.definition == old.definition


def test_a_pipeline_that_is_not_there_or_retired_is_named(
    cast: Cast, bring: Any, kept: Any, actor_of: ActorOf, invoices: WorkflowDefinition
) -> None:
    with pytest.raises(Conflict) as missing:
        bring(cast.ana, paper(), pipeline="nowhere")
    assert missing.value.code == "no_pipeline"
    upload = bring(cast.ana, paper(), pipeline="invoices").upload
    commands.retire(actor=actor_of(cast.cleo), definition=invoices.uuid)
    with pytest.raises(WrongState) as retired:
        bring(cast.ana, paper(), into=upload.uuid)
    assert retired.value.code == "pipeline_retired"
    assert len(kept()) == 1


def test_many_documents_cost_as_many_queries_as_two(
    cast: Cast, bring: Any, queries: Callable[[Callable[[], Any]], int]
) -> None:
    bring(cast.ana, paper())
    few = queries(lambda: bring(cast.ana, *[paper()] * 2))
    assert queries(lambda: bring(cast.ana, *[paper()] * 20)) == few
    assert StepRun.objects.count() == 23
