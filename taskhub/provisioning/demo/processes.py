"""The workflows of the story: which instances were started, and what people then did with their steps.

`processes.yaml` says it. `step` names the step whose open task is meant; without `do` it is completed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models import Q

from taskhub.provisioning import document
from tasks import commands as task_commands
from tasks.models import Task
from workflows import commands
from workflows.commands import Entity
from workflows.models import WorkflowInstance

from .stage import Happening, Stage
from .story import moment

FILE = Path(__file__).with_name("processes.yaml")
Entry = Mapping[str, Any]


@dataclass(slots=True)
class Process:
    """One instance of the story, once it has been started."""

    stage: Stage
    now: datetime
    entry: Entry
    instance: WorkflowInstance | None = None

    def start(self, at: datetime) -> None:
        entry = self.entry
        begun = commands.start(
            actor=self.stage.actors[entry["by"]],
            definition=entry["start"],
            project=self.stage.access(entry["by"], entry["project"]),
            entity=Entity(*entry["about"]),
            variables=self._values(entry.get("variables", {})),
            business_key=entry.get("business_key", ""),
            now=at,
        )
        self.instance = begun.instance

    def do(self, deed: Entry, at: datetime) -> None:
        """One entry of `then`: with a step, something is done with its task; else with the instance."""
        actor, instance = self.stage.actors[deed["who"]], self._started().pk
        if "step" in deed:
            self._work(deed, at)
        elif deed["do"] == "cancel":
            commands.cancel(actor=actor, instance=instance, reason=deed["reason"], now=at)
        else:
            commands.send_message(
                actor=actor, name=deed["message"], payload=deed["payload"], correlation=deed["correlation"], now=at
            )

    def _work(self, deed: Entry, at: datetime) -> None:
        said = {name: deed[name] for name in ("outcome", "resolution", "text", "reason") if name in deed}
        if "form" in deed:
            said["form_data"] = self._values(deed["form"])
        command = getattr(task_commands, deed.get("do", "complete"))
        command(actor=self.stage.actors[deed["who"]], task=self._task(deed["step"]).pk, now=at, **said)

    def _task(self, step: str) -> Task:
        """The open task of the step, also of an instance that this one has started."""
        own = Q(step_run__instance=self._started()) | Q(step_run__instance__parent=self._started())
        return Task.objects.get(own, step_run__step=step, is_open=True)

    def _started(self) -> WorkflowInstance:
        assert self.instance is not None, "what people do comes after the start"
        return self.instance

    def _values(self, given: Entry) -> dict[str, Any]:
        """`{day: +3d}` is the day in three days, as text."""
        return {name: self._value(value) for name, value in given.items()}

    def _value(self, value: Any) -> Any:
        return moment(value["day"], self.now).date().isoformat() if isinstance(value, dict) else value


def happenings(stage: Stage, now: datetime) -> Iterator[Happening]:
    """Everything, each with its moment."""
    for entry in document.read(FILE.read_text(encoding="utf-8")):
        process = Process(stage, now, entry)
        started = moment(entry["at"], now)
        yield started, partial(process.start, started)
        for deed in entry.get("then", []):
            at = moment(deed["at"], now)
            yield at, partial(process.do, deed, at)
