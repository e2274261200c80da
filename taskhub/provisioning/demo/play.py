"""Lets the story happen, in the order of its moments, by the same commands that every door calls."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from accounts.models import Organization
from taskhub.provisioning.apply import provision
from tasks import commands, outbox
from tasks.commands import NewReference
from tasks.domain.lifecycle import ClosedReason, State
from tasks.models import Deadline, Delivery, Task
from tasks.notifications.notices import EMAIL, IN_APP
from tasks.sweeps import sweep_deadlines
from workflows.models import Timer
from workflows.sweeps import fire_timers

from . import documents, processes, story
from .stage import Happening, Stage

ORGANIZATION = Path(__file__).with_name("organization.yaml")
SLUG = "lindenhof"
SEEN_AFTER = timedelta(hours=20)
"""What people were told longer ago than this, they have seen."""


def load(now: datetime | None = None) -> None:
    """Makes the demo organization and its past: all of it or nothing."""
    now = (now or timezone.now()).replace(second=0, microsecond=0)
    clock = now - timedelta(days=30)
    with transaction.atomic():
        provision(ORGANIZATION.read_text(encoding="utf-8"), clock)
        stage = Stage.of(Organization.objects.get(slug=SLUG))
        stage.open()
        happenings = (*_happenings(stage, now), *processes.happenings(stage, now), *documents.happenings(stage, now))
        for at, happen in sorted(happenings, key=itemgetter(0)):
            _let_time_pass(clock, at)
            happen()
            clock = at
        _let_time_pass(clock, now)
        _settle(now)


def _happenings(stage: Stage, now: datetime) -> Iterator[Happening]:
    for chapter in story.chapters(now):
        made: list[Task] = []
        yield chapter.at, partial(_create, stage, chapter, made)
        for deed in chapter.deeds:
            yield deed.at, partial(_do, stage, deed, made)


def _create(stage: Stage, chapter: story.Chapter, made: list[Task]) -> None:
    fields: dict[str, Any] = dict(chapter.fields)
    task = commands.create(
        actor=stage.actors[chapter.by],
        project=stage.access(chapter.by, chapter.project),
        source=chapter.source,
        assignees=stage.shares(chapter.to),
        watchers=[uuid for name in chapter.watchers if (uuid := stage.actors[name].user_uuid)],
        references=[NewReference(kind, key, label) for kind, key, label in chapter.references],
        state=State(fields.pop("state", State.PENDING)),
        now=chapter.at,
        **fields,
    )
    made.append(task)


def _do(stage: Stage, deed: story.Deed, made: list[Task]) -> None:
    arguments = dict(deed.arguments)
    if "to" in arguments:
        arguments["assignees"] = stage.shares(story.recipients(arguments.pop("to")))
    if "closed_reason" in arguments:
        arguments["closed_reason"] = ClosedReason(arguments["closed_reason"])
    getattr(commands, deed.verb)(actor=stage.actors[deed.who], task=made[0].pk, now=deed.at, **arguments)


def _let_time_pass(since: datetime, until: datetime) -> None:
    """Fires each deadline and each timer of a workflow at its own moment, but not in the past."""
    while due := _first_due(until):
        moment = max(due, since)
        sweep_deadlines(moment)
        fire_timers(moment)


def _first_due(until: datetime) -> datetime | None:
    rows = (Deadline.objects.all(), Timer.objects.all())
    moments = [found.filter(fire_at__lte=until).aggregate(first=Min("fire_at"))["first"] for found in rows]
    return min((moment for moment in moments if moment), default=None)


def _settle(now: datetime) -> None:
    """People were told what happened, have seen what is not new, and get no mail about a past that never was."""
    outbox.drain()
    Delivery.objects.filter(channel=EMAIL, state=Delivery.State.PENDING).delete()
    Delivery.objects.filter(channel=IN_APP).update(sent_at=F("created_at"))
    seen = Delivery.objects.filter(channel=IN_APP, created_at__lte=now - SEEN_AFTER)
    seen.update(read_at=F("created_at") + timedelta(minutes=40))
