"""Files go when nothing names them any more, and never while something does or soon may."""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from accounts.models import User
from tasks import commands, events, retention
from tasks.models import Attachment, Task

NewTask = Callable[..., Task]
Do = Callable[..., Attachment]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def empty_storage() -> None:
    """Other tests leave files whose rows were rolled back."""
    for folder in ("attachments", "documents"):
        shutil.rmtree(default_storage.path(folder), ignore_errors=True)


def kept(name: str, *, days: float = 2, text: str = "x") -> str:
    """A file in the storage that was last written so many days ago."""
    name = default_storage.save(name, ContentFile(text.encode()))
    moment = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(default_storage.path(name), (moment, moment))
    return name


@pytest.fixture
def attach(new_task: NewTask, do: Do, ana: User) -> Callable[..., Attachment]:
    """`attach()`: a file of a new task, as old as a file can be."""

    def make(task: Task | None = None, text: str = "x") -> Attachment:
        row = do(ana, "attach", task or new_task(ana), name="a.txt", content=ContentFile(text.encode()))
        os.utime(row.file.path, (0, 0))
        return row

    return make


@pytest.mark.parametrize("folder", ["attachments", "documents"])
def test_a_file_without_a_row_goes_after_a_day(db: None, folder: str) -> None:
    left, young = kept(f"{folder}/1/ab/left"), kept(f"{folder}/1/ab/young", days=0.9)
    assert retention.purge_files() == 1
    assert not default_storage.exists(left)
    assert default_storage.exists(young)
    assert retention.purge_files(timezone.now() + DAY) == 1


def test_a_file_with_a_row_stays_and_so_does_what_is_not_ours(attach: Callable[..., Attachment]) -> None:
    row, other = attach(), kept("elsewhere/1/ab/cd", days=999)
    assert retention.purge_files() == 0
    assert default_storage.exists(str(row.file.name))
    assert default_storage.exists(other)


def test_an_upload_under_way_is_left_alone(
    new_task: NewTask, do: Do, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Purged between the writing of the file and of its row, however old the clock of another machine makes it."""
    save, gone = Attachment.save, []

    def purge_first(row: Attachment, **how: Any) -> None:
        gone.append(retention.purge_files(timezone.now() + timedelta(hours=23)))
        save(row, **how)

    monkeypatch.setattr(Attachment, "save", purge_first)
    row = do(ana, "attach", new_task(ana), name="a.txt", content=ContentFile(b"x"))
    assert gone == [0]
    with row.file.open() as content:
        assert content.read() == b"x"


def test_a_row_that_comes_while_we_look_counts(
    attach: Callable[..., Attachment], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The storage is read before the rows: a row that was not there at first is there when it is asked for."""
    rows: list[Attachment] = []
    listdir = FileSystemStorage.listdir

    def then_a_row(storage: Any, path: str) -> Any:
        if not rows:
            rows.append(attach())
        return listdir(storage, path)

    monkeypatch.setattr(FileSystemStorage, "listdir", then_a_row)
    assert retention.purge_files() == 0
    assert default_storage.exists(str(rows[0].file.name))


def test_a_crash_after_the_file_leaves_one_that_is_found_later(
    new_task: NewTask, do: Do, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Attachment, "save", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(FileSystemStorage, "delete", lambda *_: None)  # as if the process was killed
    with pytest.raises(ZeroDivisionError):
        do(ana, "attach", new_task(ana), name="a.txt", content=ContentFile(b"x"))
    monkeypatch.undo()
    [left] = [path for path in Path(default_storage.path("attachments")).rglob("*") if path.is_file()]
    os.utime(left, (0, 0))
    assert retention.purge_files() == 1
    assert not left.exists()


def test_files_of_a_deleted_task_go_after_a_month_and_their_rows_stay(
    attach: Callable[..., Attachment], actor_of: Callable[..., Any], ana: User, cleo: User, new_task: NewTask
) -> None:
    task, other = new_task(ana), attach(text="of another task")
    row = attach(task)
    commands.delete(actor=actor_of(cleo), task=task.pk)
    before = str(row.file.name)
    now = timezone.now()
    assert retention.purge_files(now + timedelta(days=29)) == 0
    assert retention.purge_files(now + timedelta(days=31)) == 1
    row.refresh_from_db()
    assert (row.file.name, row.name, row.size) == ("", "a.txt", 1)
    assert not default_storage.exists(before)
    assert default_storage.exists(str(other.file.name))
    assert retention.purge_files(now + timedelta(days=31)) == 0


def test_a_crash_between_row_and_file_leaves_a_file_that_goes_too(
    attach: Callable[..., Attachment], actor_of: Callable[..., Any], cleo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = attach()
    name = str(row.file.name)
    commands.delete(actor=actor_of(cleo), task=row.task_id)
    later = timezone.now() + timedelta(days=31)
    monkeypatch.setattr(FileSystemStorage, "delete", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        retention.purge_files(later)
    monkeypatch.undo()
    assert default_storage.exists(name)
    assert retention.purge_files(later) == 1
    assert not default_storage.exists(name)


def test_a_run_is_bounded_and_in_time_all_are_looked_at(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "LOOK_AT", 10)
    monkeypatch.setattr(retention, "BATCH", 3)
    for number in range(40):
        kept(f"attachments/{number % 3}/{number % 7}/{number}")
    runs = [retention.purge_files(timezone.now() + timedelta(hours=hour)) for hour in range(6)]
    assert runs == [10, 10, 10, 10, 0, 0]


def test_names_are_looked_up_many_at_a_time(db: None, counted: Callable[[int], Any]) -> None:
    for number in range(20):
        kept(f"attachments/1/{number % 5}/{number}")
    with counted(2):  # the files of deleted tasks; the rows of these
        assert retention.purge_files() == 20


@pytest.mark.parametrize(("folder", "path"), events.wiring().FILES)
def test_each_kind_of_file_has_a_folder_and_an_index(folder: str, path: str) -> None:
    model, _, name = path.rpartition(".")
    meta = apps.get_model(model)._meta
    assert any(index.fields[0] == name for index in meta.indexes)
    row = meta.model(organization_id=1)
    assert meta.get_field(name).generate_filename(row, "x").startswith(f"{folder}/1/")
