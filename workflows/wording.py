"""What steps and their visits say of themselves in one short line: for diagrams and lists."""

from collections.abc import Callable
from datetime import timedelta

from workflows.engine.steps import (
    Action,
    Assign,
    Child,
    Decision,
    End,
    Human,
    Message,
    Moment,
    Pause,
    Process,
    Review,
    SetVariables,
    Step,
    To,
    Work,
)
from workflows.models import StepRun

MAX_TEXT = 80
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def step_line(step: Step) -> str:
    """Who does it, or what it does: "team sales, within 2 days"."""
    return _LINES[type(step.work)](step.work)


def visit_line(step: Step, run: StepRun) -> str:
    """How a visit was left, and by whom: "Approved, Ana Diaz"."""
    result = step.result(run.outcome)
    person = run.completed_by.get_full_name() if run.completed_by else ""
    return ", ".join(part for part in (result.label if result else run.outcome, person) if part)


def shortened(text: str) -> str:
    """`text` on one line, cut where it is too long for one."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1].rstrip() + "…"


def span(duration: timedelta) -> str:
    """A duration in its two largest units: "2 days", "1 hour 30 minutes"."""
    left, said = int(duration.total_seconds()), []
    for unit, length in _UNITS:
        amount, left = divmod(left, length)
        if amount:
            said.append(f"{amount} {unit}{'' if amount == 1 else 's'}")
    return " ".join(said[:2]) or "a moment"


def assignees(assign: Assign | None) -> str:
    """Whom a step is given to, as its definition says it."""
    return _PEOPLE[assign.to](assign) if assign else "anybody"


def _users(assign: Assign) -> str:
    shown = ", ".join(assign.names[:3])
    return shown if len(assign.names) <= 3 else f"{shown} and {len(assign.names) - 3} more"


_PEOPLE: dict[To, Callable[[Assign], str]] = {
    To.USER: lambda assign: assign.names[0],
    To.TEAM: lambda assign: f"team {assign.names[0]}",
    To.USERS: _users,
    To.VARIABLE: lambda assign: f"as {assign.names[0]} says",
    To.STARTER: lambda _: "who starts it",
}


def _human(work: Human) -> str:
    due = f", within {span(work.due_in)}" if work.due_in else ""
    return f"{assignees(work.assign)}{due}"


def _process(work: Process) -> str:
    due = f", within {span(work.due_in)}" if work.due_in else ""
    who = assignees(work.assign) if work.assign else _PEOPLE[To.STARTER](Assign(To.STARTER))
    return f"read by {work.processor}{_REVIEWS[work.review].format(who=who, due=due)}"


_REVIEWS = {
    Review.ALWAYS: ", then {who}{due}",
    Review.INVALID: ", in doubt {who}{due}",
    Review.NEVER: "",
}


def _message(work: Message) -> str:
    timeout = f", at most {span(work.timeout)}" if work.timeout else ""
    return f"for the message {work.name}{timeout}"


_LINES: dict[type[Work], Callable[..., str]] = {
    Human: _human,
    SetVariables: lambda work: shortened(f"sets {', '.join(name for name, _ in work.variables)}"),
    Decision: lambda work: f"decides by {len(work.rows)} row{'' if len(work.rows) == 1 else 's'}",
    Action: lambda work: f"calls {work.name}",
    Process: _process,
    Pause: lambda work: f"for {span(work.duration)}",
    Moment: lambda work: shortened(f"until {work.until}"),
    Message: _message,
    Child: lambda work: f"starts {work.workflow}" + (f" v{work.version}" if work.version else ""),
    End: lambda work: "ends everything" if work.terminate else "",
}
