"""The run log in words: what set the rule off, what it made of it, what came of that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from taskhub.inbox.words import Sign
from workflows.models import RuleRun

from .words import ACTIONS, RESULTS

ADDRESSES = {"task": "task", "instance": "instance"}


@dataclass(frozen=True, slots=True)
class Done:
    """Something that a run has done, and where to see it."""

    what: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    cause: str
    task: str
    url: str
    sign: Sign
    why: str
    depth: int
    done: tuple[Done, ...]


def lines(runs: Sequence[RuleRun]) -> list[Line]:
    """The runs as the page shows them."""
    return [_line(run) for run in runs]


def _line(run: RuleRun) -> Line:
    there = run.task is not None and run.task.deleted_at is None
    return Line(
        at=run.created_at,
        cause=_cause(run),
        task=run.task.title if run.task else "",
        url=reverse("task", args=[run.task.uuid]) if run.task and there else "",
        sign=RESULTS[run.result],
        why=run.why,
        depth=run.depth,
        done=tuple(_done(made) for made in run.made),
    )


def _cause(run: RuleRun) -> str:
    if run.event:
        return run.event.type
    return str(run.trigger) if run.trigger else "schedule"


def _done(made: dict[str, str]) -> Done:
    place = ADDRESSES.get(made.get("kind", ""))
    url = reverse(place, args=[made["id"]]) if place else ""
    return Done(ACTIONS.get(made.get("action", ""), "Did something"), made.get("label", ""), url)
