"""Files are bounded, kept once, and handed out to whoever sees the task."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.models import Project, User
from tasks import queries
from tasks.domain import files
from tasks.domain.errors import InvalidInput, NotAllowed, NotFound
from tasks.models import Attachment, Task

NewTask = Callable[..., Task]
Do = Callable[..., Attachment]


def content(text: str = "%PDF-17") -> ContentFile:
    return ContentFile(text.encode(), name="whatever")


def test_a_file_is_kept_where_nobody_can_guess(new_task: NewTask, do: Do, ana: User) -> None:
    task = new_task(ana)
    row = do(ana, "attach", task, name="receipt.pdf", content=content())
    assert (row.name, row.content_type, row.size) == ("receipt.pdf", "application/pdf", 7)
    with row.file.open() as kept:
        assert kept.read() == b"%PDF-17"
    assert "receipt" not in str(row.file.name)
    assert Path(row.file.path).stat().st_mode & 0o777 == 0o600
    assert list(task.events.values_list("type", flat=True)) == ["task.created", "attachment.added"]
    task.refresh_from_db()
    assert task.version == 1


def test_the_same_file_twice_is_one(new_task: NewTask, do: Do, ana: User, bo: User) -> None:
    task = new_task(ana)
    first = do(ana, "attach", task, name="a.txt", content=content())
    assert do(bo, "attach", task, name="a.txt", content=content()) == first
    assert do(ana, "attach", task, name="b.txt", content=content()) != first
    assert do(ana, "attach", task, name="a.txt", content=content("other")) != first


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("receipt.pdf", "receipt.pdf"),
        ("C:\\Users\\ana\\receipt.pdf", "receipt.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\0c.txt", "a b c.txt"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("..", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("Übersicht 2026 €.xlsx", "Übersicht 2026 €.xlsx"),
    ],
)
def test_a_name_is_only_a_name(given: str, name: str) -> None:
    assert files.clean_name(given) == name


@pytest.mark.parametrize(
    ("name", "begins", "kind"),
    [
        ("a.PDF", b"%PDF-1.7", "application/pdf"),
        ("a.pdf", b"<html><script>", files.UNKNOWN),
        ("a.png", b"<html><script>", files.UNKNOWN),
        ("a.png", b"GIF89a", "image/gif"),
        ("a", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.html", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        ("a.webp", b"XXXX\x10\0\0\0WEBPVP8 ", files.UNKNOWN),
        ("a.docx", b"PK\x03\x04", files.TYPES["docx"]),
        ("a.exe", b"PK\x03\x04", "application/zip"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
        ("a.csv", "Größe;1\r\n".encode(), "text/csv"),
        ("a.csv", b"MZ\x90\0\x03", files.UNKNOWN),
        ("a.svg", b"<svg>", files.UNKNOWN),
        ("a.html", b"<html>", files.UNKNOWN),
        ("a", b"", files.UNKNOWN),
    ],
)
def test_what_a_file_is_is_told_from_its_name_and_its_content(name: str, begins: bytes, kind: str) -> None:
    assert files.content_type(name, begins) == kind


def test_a_file_is_neither_empty_nor_endless(new_task: NewTask, do: Do, ana: User, settings: Any) -> None:
    task = new_task(ana)
    settings.ATTACHMENT_MAX_BYTES = 20
    for text, words in (("", "empty"), ("x" * 21, "at most")):
        with pytest.raises(InvalidInput, match=words):
            do(ana, "attach", task, name="a.txt", content=content(text))
    assert not Attachment.objects.exists()


def test_a_task_has_a_bounded_number_of_files(
    new_task: NewTask, do: Do, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = new_task(ana)
    monkeypatch.setattr(files, "MAX_FILES", 2)
    for text in ("one", "two"):
        do(ana, "attach", task, name="a.txt", content=content(text))
    with pytest.raises(InvalidInput, match="at most 2 files"):
        do(ana, "attach", task, name="a.txt", content=content("three"))


def test_what_is_undone_leaves_no_file(new_task: NewTask, do: Do, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    task = new_task(ana)
    kept: list[str] = []
    save = Attachment.save

    def broken(row: Attachment, **how: Any) -> None:
        kept.append(row.file.path)
        save(row, **how)
        raise RuntimeError("the power went")

    monkeypatch.setattr(Attachment, "save", broken)
    with pytest.raises(RuntimeError):
        do(ana, "attach", task, name="a.txt", content=content())
    assert not Attachment.objects.exists()
    assert not Path(kept[0]).exists()


def test_who_only_looks_on_adds_nothing(new_task: NewTask, do: Do, ana: User, vera: User) -> None:
    with pytest.raises(NotAllowed):
        do(vera, "attach", new_task(ana), name="a.txt", content=content())


def test_a_file_is_handed_to_whoever_sees_its_task(
    new_task: NewTask, do: Do, actor_of: Callable, ana: User, bo: User, dan: User, cleo: User, vault: Project
) -> None:
    row = do(cleo, "attach", new_task(ana, project=vault), name="a.txt", content=content())
    assert queries.attachment(actor_of(ana), row.uuid) == row
    assert queries.attachment(actor_of(cleo), row.uuid) == row
    for stranger in (bo, dan):
        with pytest.raises(NotFound):
            queries.attachment(actor_of(stranger), row.uuid)


def test_a_later_step_of_the_same_workflow_sees_what_earlier_ones_captured(
    new_task: NewTask, do: Do, actor_of: Callable, ana: User, bo: User, cleo: User, vault: Project, raw_rows: None
) -> None:
    earlier = new_task(bo, project=vault, instance_id=7)
    first = new_task(ana, project=vault, instance_id=7)
    row = do(cleo, "attach", first, name="a.txt", content=content())
    with pytest.raises(NotFound):
        queries.attachment(actor_of(bo), row.uuid)
    second = new_task(bo, project=vault, instance_id=7)
    assert second.created_at > row.created_at > earlier.created_at
    assert queries.attachment(actor_of(bo), row.uuid) == row
