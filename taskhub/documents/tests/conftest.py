"""What the tests of the document pages have in hand: a pipeline of real processors, and files that it reads."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.access import project_access
from accounts.actor import Actor
from accounts.models import Project, User
from conftest import Cast
from taskhub.inbox.tests.conftest import at_the_browser
from tasks.models import Task
from workflows import commands
from workflows.commands import NewFile
from workflows.conftest import publish
from workflows.models import DocumentTask, Upload
from workflows.processing.running import run_processors
from workflows.processors.tests.papers import pdf, picture

__all__ = ["at_the_browser", "publish"]

PIPELINE: dict[str, Any] = {
    "key": "receipts",
    "name": "Receipts",
    "steps": [
        {
            "key": "reading",
            "name": "Read the receipt",
            "type": "automatic",
            "processor": "text",
            "title": "Check {{document.name}}",
            "fields": [
                {"name": "shop", "label": "Shop", "type": "text", "required": True},
                {"name": "total", "label": "Total", "type": "number", "required": True},
                {"name": "net", "label": "Net amount", "type": "number"},
            ],
            "rules": [{"must": "total >= net", "field": "total", "message": "The total is less than the net amount."}],
            "assign": {"team": "sales"},
        }
    ],
}

Receive = Callable[..., list[Task]]


def receipt(shop: str = "Bakery", total: str = "12", net: str = "10", name: str = "receipt.pdf") -> NewFile:
    """A receipt that says so, as a PDF of one page."""
    return NewFile(name, ContentFile(pdf([f"Shop: {shop}", f"Total: {total}", f"Net amount: {net}"])))


def photo(name: str = "photo.png") -> NewFile:
    """A picture, in which nothing can be read."""
    return NewFile(name, ContentFile(picture("PNG")))


def note(words: str, name: str = "note.txt") -> NewFile:
    return NewFile(name, ContentFile(words.encode()))


@pytest.fixture
def receive(cast: Cast, publish: Callable[..., Any], actor_of: Callable[..., Actor]) -> Receive:
    """`receive(ana, receipt(), photo())`: the tasks of an upload of hers, read and waiting for the sales team."""
    publish(PIPELINE)
    Project.objects.filter(pk=cast.project.pk).update(pipeline="receipts")

    def upload(who: User, *files: NewFile, read: bool = True) -> list[Task]:
        access = project_access(actor_of(who), id=cast.project.pk)
        assert access is not None
        done = commands.upload(actor=actor_of(who), access=access, files=files)
        if read:
            run_processors()
        rows = DocumentTask.objects.filter(upload=done.upload).order_by("document__position")
        return [row.task for row in rows.select_related("task")]

    return upload


@pytest.fixture
def upload_of() -> Callable[[Task], Upload]:
    return lambda task: task.document_task.upload
