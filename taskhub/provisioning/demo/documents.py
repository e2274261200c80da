"""The uploads of the story: what was scanned, what processors made of it, and what people then did.

`documents.yaml` says it. Without `do` the open task of the file is completed, with `data` laid over what it shows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from taskhub.provisioning import document
from tasks import commands as task_commands
from tasks.models import Task
from workflows import commands
from workflows.commands import NewFile
from workflows.models import Upload
from workflows.processing.running import run_processors

from . import papers
from .stage import Happening, Stage
from .story import moment

FILE = Path(__file__).with_name("documents.yaml")
Entry = Mapping[str, Any]


@dataclass(slots=True)
class Pile:
    """One upload of the story, once it has come in."""

    stage: Stage
    entry: Entry
    upload: Upload | None = None

    def bring(self, at: datetime) -> None:
        entry = self.entry
        done = commands.upload(
            actor=self.stage.actors[entry["by"]],
            access=self.stage.access(entry["by"], entry["project"]),
            files=[NewFile(file["name"], ContentFile(papers.made(file))) for file in entry["files"]],
            now=at,
        )
        self.upload = done.upload
        _process(at)

    def do(self, deed: Entry, at: datetime) -> None:
        assert self.upload is not None, "what people do comes after the upload"
        actor, what = self.stage.actors[deed["who"]], deed.get("do", "complete")
        if what == "export":
            commands.export(actor=actor, upload=self.upload.uuid, now=at)
        elif what == "discard":
            task_commands.discard(actor=actor, task=self._task(deed["file"]).pk, reason=deed["reason"], now=at)
        else:
            commands.complete_review(actor=actor, task=self._task(deed["file"]).pk, data=deed.get("data"), now=at)
        _process(at)

    def _task(self, name: str) -> Task:
        of_file = Task.objects.filter(document_task__upload=self.upload, document_task__document__name=name)
        return of_file.get(is_open=True)


def _process(at: datetime) -> None:
    while run_processors(at):
        pass


def happenings(stage: Stage, now: datetime) -> Iterator[Happening]:
    """Everything, each with its moment."""
    for entry in document.read(FILE.read_text(encoding="utf-8")):
        pile = Pile(stage, entry)
        came = moment(entry["at"], now)
        yield came, partial(pile.bring, came)
        for deed in entry["then"]:
            at = moment(deed["at"], now)
            yield at, partial(pile.do, deed, at)
