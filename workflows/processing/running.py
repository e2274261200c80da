"""Runs the processors that TaskHub brings along: claim one document, work on it outside any transaction, answer.

One document at a time, its file read as a stream: memory does not grow with what is owed. A worker that dies leaves a
lease that runs out, and somebody else works on that document again; its answer counts once.
"""

import logging
import os
import random
import socket
from datetime import datetime
from time import monotonic
from typing import IO

from django.conf import settings
from django.utils import timezone

from tasks.domain.errors import DomainError
from tasks.nudge import nudge
from workflows.actions import Call
from workflows.engine.events import Processed, StepFailed
from workflows.models import Document, Processing

from . import registry
from .claiming import Claimed, answer_anyhow, claim
from .registry import Input, Issue, OpenFile, Unreadable

logger = logging.getLogger(__name__)

SECONDS = 5.0
"""How long one look goes on: the worker has other things to do, and comes back for the rest."""
JOB = "workflows.jobs.run_processors"


def run_processors(now: datetime | None = None, *, most: int = 10_000) -> int:
    """Do what is owed by now, at most `most` documents. Returns how many answers counted.

    Processors are asked one after the other, from a random one on: each is one short look into its index.
    """
    until = monotonic() + SECONDS
    names = sorted(registry.names())
    random.shuffle(names)
    done = looked = 0
    while names and looked < most:
        claimed = _claim(names[-1], now or timezone.now())
        if claimed is None:
            names.pop()
            continue
        looked += 1
        done += answer_anyhow(claimed.row, _answer(claimed), now or timezone.now())
        if monotonic() > until:
            nudge(JOB)
            break
    return done


def _claim(name: str, now: datetime) -> Claimed | None:
    owed = Processing.objects.filter(processor=name)
    claimed = claim(owed, most=1, lease=settings.PROCESSING_LEASE, worker=_own_name(), now=now)
    return claimed[0] if claimed else None


def _own_name() -> str:
    return f"{socket.gethostname()[:80]}:{os.getpid()}"


def _answer(claimed: Claimed) -> Processed | StepFailed:
    row = claimed.row
    work = Input(_file(claimed.document), row.options, claimed.variables, claimed.work.fields)
    call = Call(
        key=row.run,
        organization_id=row.organization_id,
        instance=row.instance.uuid,
        step=claimed.step.key,
        attempt=row.attempt,
    )
    try:
        output = registry.run(row.processor, work, call)
    except Unreadable as unreadable:
        issue = Issue("unreadable", str(unreadable)[:500] or "Nobody can read this.")
        return Processed(row.run, row.attempt, issues=(issue.to_json(),))
    except Exception as error:
        logger.warning("Processor %s failed at attempt %s", row.processor, row.attempt, exc_info=error)
        words = error.message if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
        return StepFailed(row.run, words[:1_000], row.attempt)
    issues = tuple(issue.to_json() for issue in output.issues)
    return Processed(row.run, row.attempt, dict(output.data), issues, dict(output.metadata))


def _file(document: Document | None) -> OpenFile | None:
    if document is None:
        return None

    def opened() -> IO[bytes]:
        return document.file.storage.open(str(document.file.name))

    return OpenFile(document.name, document.content_type, document.size, opened)
