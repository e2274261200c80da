"""What a processor has found: it takes its step's path out, does as it is, or goes to people (`reviewing`)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tasks.domain.answers import MAX_ANSWER

from . import judging, values
from .events import Processed
from .intents import ConditionFailed, FilterTask, Findings, FinishTask
from .issues import merged, read_issues
from .leaving import end_path
from .prefilling import prefilled
from .reviewing import go_on, present
from .state import Run
from .steps import Process, Review, Step
from .walk import Walk

FILTERED = "filtered"
"""The outcome of a visit that a filter has ended."""


def processed(walk: Walk, event: Processed) -> None:
    """Filter it, or judge it. An answer that is not to the present attempt is too late."""
    run = walk.runs.get(event.run)
    step = walk.step_of(run) if run else None
    if run is None or step is None or not isinstance(step.work, Process) or not _awaits(run, event.attempt):
        return
    findings = _findings(step.work, event)
    reason = _filtered(walk, step, step.work, findings)
    if reason is None:
        _judge(walk, run, step, step.work, findings)
        return
    walk.tell(FilterTask(run.id, reason, replace(findings, data=_shown(findings.data))))
    end_path(walk, run, FILTERED, {**findings.found, **findings.data})


def _awaits(run: Run, attempt: int) -> bool:
    return not (run.failed or run.resting or run.presented) and run.attempt == attempt


def _findings(work: Process, event: Processed) -> Findings:
    """What the processor has answered, sorted. Raises InvalidInput (`data`, `issues[3].code`, `metadata`)."""
    said = values.payload(event.data, "data")
    names = {field.name for field in work.fields}
    return Findings(
        data={name: value for name, value in said.items() if name in names},
        found={name: value for name, value in said.items() if name not in names},
        issues=read_issues(event.issues),
        metadata=values.payload(event.metadata, "metadata"),
    )


def _filtered(walk: Walk, step: Step, work: Process, findings: Findings) -> str | None:
    """Why it goes no further; None if it does."""
    said = {**findings.found, **findings.data}
    reason, untold = judging.filtered(
        work, judging.scope(said, walk.variables, walk.now, metadata=dict(findings.metadata))
    )
    walk.tell(*(ConditionFailed(step.key, words) for words in untold))
    return reason


def _judge(walk: Walk, run: Run, step: Step, work: Process, findings: Findings) -> None:
    """Give it to people where the step says so; else what fits will do. What was not found may be known already."""
    given = {field.name: prefilled(field, walk.variables) for field in work.fields}
    given |= {name: value for name, value in findings.data.items() if value is not None}
    judgement = judging.judge(work, given, findings.found, walk.variables, walk.now)
    issues = merged(judgement.faults, findings.issues)
    if work.review == Review.ALWAYS or (work.review == Review.INVALID and issues):
        fit = {name: value for name, value in judgement.data.items() if value is not None}
        run = walk.change(run, presented=True, found=dict(findings.found) or None)
        present(walk, run, step, work, replace(findings, data=_shown(given) | fit, issues=issues))
    else:
        walk.tell(FinishTask(run.id, replace(findings, data=judgement.data, issues=issues)))
        go_on(walk, run, work, judgement.data, findings.found)


def _shown(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a form can show of it, also of what does not fit."""
    return {
        name: value
        for name, value in given.items()
        if isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= MAX_ANSWER)
    }
