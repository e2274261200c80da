"""Where an instance stands: a value that never changes and that JSON can hold.

History (who did what in earlier visits) is the caller's; here is only what the next step depends on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """What has become of an instance. An incident leaves it running."""

    NEW = "new"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELED = "canceled"


class Stage(StrEnum):
    """Where a failed run stopped: opening the step, doing its work, or finding the way on."""

    ENTER = "enter"
    WORK = "work"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Run:
    """One visit of a step that has not been left.

    `late` are the joins that have gone on without this path. Attempts count on through retries by people; `series` is
    the first of those since, and while `resting` the run waits for the next. `correlation` is what a message must bear.
    `outcome` is kept where the way on failed. Of a processor step: whether people have it before them (`presented`),
    and what the processor has found beyond its fields.
    """

    id: str
    step: str
    visit: int
    late: frozenset[str] = frozenset()
    attempt: int = 1
    series: int = 1
    resting: bool = False
    correlation: str | None = None
    failed: Stage | None = None
    reason: str = ""
    outcome: str = ""
    presented: bool = False
    found: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values; what is as usual is left out."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        said = {name: value for name, value in said.items() if value != _USUAL.get(name)}
        if self.late:
            said["late"] = sorted(self.late)
        if self.failed:
            said["failed"] = self.failed.value
        return said

    @classmethod
    def from_json(cls, entries: Mapping[str, Any]) -> "Run":
        """The run that `to_json` wrote."""
        failed = entries.get("failed")
        late = frozenset(entries.get("late", ()))
        return cls(**{**entries, "late": late, "failed": Stage(failed) if failed else None})


_USUAL = {each.name: each.default for each in fields(Run)}


@dataclass(frozen=True, slots=True)
class Token:
    """A path that has reached a join from `source` and waits there."""

    source: str
    late: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class State:
    """An instance between two events.

    `waiting` has the tokens at each join, `visits` how often each step was opened and not canceled, `ended` the steps
    from which a path went to an explicit end in the current round, `answered` the variables that forms may write again.
    """

    status: Status = Status.NEW
    starter: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    waiting: Mapping[str, tuple[Token, ...]] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()

    @property
    def is_running(self) -> bool:
        return self.status == Status.RUNNING

    @property
    def incidents(self) -> tuple[Run, ...]:
        """The runs that need somebody: to retry them, or to cancel the instance."""
        return tuple(run for run in self.runs.values() if run.failed)

    def to_json(self) -> dict[str, Any]:
        """Plain values, equal for equal states."""
        return {
            "status": self.status.value,
            "starter": self.starter,
            "variables": dict(self.variables),
            "runs": [run.to_json() for run in self.runs.values()],
            "waiting": {
                key: [[token.source, sorted(token.late)] for token in tokens] for key, tokens in self.waiting.items()
            },
            "visits": dict(self.visits),
            "ended": sorted(self.ended),
            "answered": sorted(self.answered),
        }

    @classmethod
    def from_json(cls, entries: Mapping[str, Any]) -> "State":
        """The state that `to_json` wrote."""
        runs = [Run.from_json(run) for run in entries["runs"]]
        waiting = {
            key: tuple(Token(source, frozenset(late)) for source, late in tokens)
            for key, tokens in entries["waiting"].items()
        }
        return cls(
            status=Status(entries["status"]),
            starter=entries["starter"],
            variables=dict(entries["variables"]),
            runs={run.id: run for run in runs},
            waiting=waiting,
            visits=dict(entries["visits"]),
            ended=frozenset(entries["ended"]),
            answered=frozenset(entries["answered"]),
        )
