"""Hands owed reports over: claim with a lease, send outside of any transaction, mark if the lease is still one's own.

Of one project one report is under way at a time, and projects are served side by side: an endpoint that hangs makes
nobody wait but its own project.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.sealing import Unsealable, unseal
from tasks import outbound
from tasks.domain.errors import UpstreamFailed
from tasks.models import Report
from tasks.outbound.client import SECONDS
from tasks.outbound.signing import signed

from .message import body

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 8
"""Projects that one worker serves side by side."""
MAX_ATTEMPTS = 14
FIRST_PAUSE = timedelta(seconds=10)
"""Doubled each time: the tries of a report span most of a day."""
GONE = 410
"""The answer of a receiver that wants no more."""
State = Report.State


@dataclass(frozen=True, slots=True)
class _Request:
    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Result:
    """How a try ended: an empty `error` is success."""

    error: str = ""
    is_final: bool = False
    pause: timedelta | None = None


def forward(report_id: int, *, seconds: float = SECONDS, now: datetime | None = None) -> Report:
    """Try once to hand over a report that is owed and that nobody else is trying. Call it outside of transactions.

    Returns the report as it stands then: `sent`, or `owed` with an `error` and a next try, or as it was.
    """
    now = now or timezone.now()
    untried = Q(attempts=0, lease=None)
    for report in _claim(Report.objects.filter(Q(fire_at__lte=now) | untried, pk=report_id), now):
        _mark(report, _try(report, seconds), now)
    return Report.objects.get(pk=report_id)


def forward_due(now: datetime | None = None) -> int:
    """Try what is owed by now. Returns how many reports were handed over."""
    sent = 0
    while claimed := _claim(_next(now or timezone.now()), now or timezone.now()):
        sent += sum(_forward_each(claimed, now or timezone.now()))
    return sent


def retry(report_ids: list[int], now: datetime | None = None) -> int:
    """Give reports that were given up a new life. Returns how many there were."""
    given_up = Report.objects.filter(pk__in=report_ids, state=State.GIVEN_UP)
    return given_up.update(state=State.OWED, attempts=0, fire_at=now or timezone.now(), error="", lease=None)


def _next(now: datetime) -> QuerySet[Report]:
    """Of each project that has no report under way, the one that has waited longest."""
    owed = Report.objects.filter(state=State.OWED)
    under_way = owed.filter(lease__isnull=False, fire_at__gt=now, task__project_id=OuterRef("task__project_id"))
    waiting = owed.filter(~Exists(under_way), fire_at__lte=now).order_by()
    firsts = waiting.values("task__project_id").annotate(first=Min("pk")).order_by("first")
    return Report.objects.filter(pk__in=list(firsts.values_list("first", flat=True)[:BATCH]), fire_at__lte=now)


def _claim(rows: QuerySet[Report], now: datetime) -> list[Report]:
    """Lease these; who comes second finds them no longer due, because the same statement asks and changes."""
    lease = uuid4()
    if not rows.filter(state=State.OWED).update(lease=lease, fire_at=now + LEASE, attempts=F("attempts") + 1):
        return []
    return list(Report.objects.filter(lease=lease).select_related("task__project", "organization", "created_by"))


def _forward_each(claimed: list[Report], now: datetime) -> list[bool]:
    """Only the sending is done by threads; rows are read and marked by this one, each as soon as it is through."""
    requests = [(report, _request(report, now)) for report in claimed]
    with ThreadPoolExecutor(BATCH, thread_name_prefix="reports") as threads:
        under_way = {threads.submit(_send, request, SECONDS): report for report, request in requests}
        return [_mark(under_way[done], done.result(), now) for done in as_completed(under_way)]


def _try(report: Report, seconds: float) -> _Result:
    return _send(_request(report, timezone.now()), seconds)


def _request(report: Report, now: datetime) -> _Request | None:
    """The message, signed; None where the project has no address any more, or its secret cannot be read."""
    project = report.task.project
    message = body(report)
    try:
        secret = unseal(project.report_secret)
    except Unsealable:
        secret = ""
    if not project.report_url or not secret:
        return None
    return _Request(project.report_url, message, signed(secret, str(report.uuid), now, message))


def _send(request: _Request | None, seconds: float) -> _Result:
    if request is None:
        return _Result("The project has no report URL, or its secret cannot be read any more.")
    try:
        answer = outbound.post(request.url, request.body, request.headers, seconds=seconds)
    except UpstreamFailed as error:
        return _Result(error.message)
    if answer.is_taken:
        return _Result()
    return _Result(f"It answered {answer.status}.", answer.status == GONE, answer.retry_after)


def _mark(report: Report, result: _Result, now: datetime) -> bool:
    """Write down how the try ended, unless the lease ended before. Returns whether the report was handed over."""
    mine = Report.objects.filter(pk=report.pk, lease=report.lease)
    if not result.error:
        return bool(mine.update(state=State.SENT, error="", lease=None, fire_at=None, sent_at=timezone.now()))
    logger.warning("Report %s was not forwarded (try %s): %s", report.uuid, report.attempts, result.error)
    given_up = result.is_final or report.attempts >= MAX_ATTEMPTS
    pause = max(FIRST_PAUSE * 2 ** (report.attempts - 1), result.pause or timedelta())
    mine.update(
        state=State.GIVEN_UP if given_up else State.OWED,
        error=result.error[:300],
        lease=None,
        fire_at=None if given_up else now + pause,
    )
    return False
