"""How far an instance is and when it is likely to end, from its definition and from what its steps took before."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from workflows import compiled
from workflows.engine.estimate import ahead, remaining
from workflows.engine.progress import Progress, progress
from workflows.engine.state import State
from workflows.models import StepRun, WorkflowInstance

INSTANCES = 50
"""So many of the latest instances that have ended, and of those that run, tell how long steps take."""
VISITS = 5_000
Status = WorkflowInstance.Status


@dataclass(frozen=True, slots=True)
class Outlook:
    """How far an instance is; `current` names the first of its open steps in the order of the definition.

    `ends_at` is when it ended or is likely to; None for one that was ended on purpose, and where nothing is known.
    """

    progress: Progress
    current: str | None
    has_begun: bool
    ends_at: datetime | None


def outlook(instance: WorkflowInstance, now: datetime) -> Outlook:
    """The outlook of one instance. At most five queries, whatever it has gone through."""
    definition, state = compiled.definition_of(instance.definition_id), State.from_json(instance.state)
    how_far = progress(definition, state)
    if not state.is_running:
        ended = instance.ended_at if instance.status == Status.COMPLETED else None
        return Outlook(how_far, None, True, ended)
    runs = StepRun.objects.filter(instance_id=instance.pk, run__in=list(state.runs))
    told = list(runs.values_list("run", "entered_at", "task__started_at"))
    usual = usual_durations(instance.definition_id, ahead(definition, state))
    entered = {run: moment for run, moment, _ in told}
    left = remaining(definition, state, usual=usual, entered=entered, now=now)
    is_open = {run.step for run in state.runs.values()}
    current = next((step.name for step in definition.steps if step.key in is_open), None)
    has_begun = how_far.completed > 0 or any(started for _, _, started in told)
    return Outlook(how_far, current, has_begun, _after(now, left))


def usual_durations(definition_id: int, steps: Collection[str]) -> dict[str, timedelta]:
    """Step -> median of its finished visits in the latest instances of that definition. Three bounded queries."""
    if not steps:
        return {}
    latest = [*_latest(definition_id, Status.COMPLETED), *_latest(definition_id, Status.RUNNING)]
    rows = StepRun.objects.filter(instance_id__in=latest, state=StepRun.State.DONE, step__in=steps)
    return _medians(rows.order_by("-id").values_list("step", "entered_at", "left_at")[:VISITS])


def _latest(definition_id: int, status: str) -> Iterable[int]:
    """Asked by status, as the index has them, and by themselves: who joins them reads every visit there is."""
    rows = WorkflowInstance.objects.filter(definition_id=definition_id, status=status)
    return rows.order_by("-id").values_list("pk", flat=True)[:INSTANCES]


def _medians(visits: Iterable[tuple[str, datetime, datetime | None]]) -> dict[str, timedelta]:
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for step, entered, left in visits:
        if left is not None:
            seconds[step].append((left - entered).total_seconds())
    return {step: timedelta(seconds=median(taken)) for step, taken in seconds.items()}


def _after(now: datetime, left: timedelta | None) -> datetime | None:
    """None also where the calendar ends first."""
    try:
        return None if left is None else now + left
    except OverflowError:
        return None
