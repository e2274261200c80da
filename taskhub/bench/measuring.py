"""Rounds: product and floor one after the other, so that whatever else the machine does falls on both."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from .cases import Case
from .load import Reading, Request, ask
from .sizes import Plan
from .systems import Server, System
from .usage import cpu_seconds

CLIENTS = (1, 8)
WARM_UP_SECONDS = 0.3
MOST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Side:
    """Who is asked: `floor` or `product`, on the small or on the large system."""

    kind: str
    size: str
    clients: int


@dataclass(frozen=True, slots=True)
class Round:
    """One reading, and the processor's time that server and database took a request, in milliseconds."""

    reading: Reading
    cpu: float


@dataclass
class Measured:
    """All rounds of a case."""

    case: Case
    rounds: dict[Side, list[Round]] = field(default_factory=lambda: defaultdict(list))

    def median(self, side: Side, what: Callable[[Round], float]) -> float:
        return median(what(each) for each in self.rounds[side])

    def ratios(self, of: Side, to: Side, what: Callable[[Round], float]) -> list[float]:
        """Round by round, one against the other."""
        pairs = zip(self.rounds[of], self.rounds[to], strict=True)
        return [what(one) / what(other) for one, other in pairs]

    @property
    def sides(self) -> Sequence[Side]:
        return list(self.rounds)


class Pools:
    """Which tasks of a system are still to be worked on."""

    def __init__(self) -> None:
        self._used: dict[tuple[int, str], int] = defaultdict(int)

    def rest(self, system: System, case: Case, requests: Sequence[Request]) -> Sequence[Request]:
        return requests[self._used[id(system), case.pool] :]

    def use(self, system: System, case: Case, count: int) -> None:
        self._used[id(system), case.pool] += count


class Bench:
    """Two systems and what is measured on them."""

    def __init__(self, systems: dict[str, System], plan: Plan, folder: Path) -> None:
        self._systems, self._plan, self._folder = systems, plan, folder
        self._pools = Pools()
        self._postgresql = systems["large"].postgresql()

    def measure(self, case: Case) -> Measured:
        """All rounds of a case, after each side was warmed up."""
        measured = Measured(case)
        headers = {size: case.headers(system) for size, system in self._systems.items()}
        sides = list(_sides(case))
        for side in sides:
            self._round(case, side, headers[side.size], min(WARM_UP_SECONDS, self._plan.seconds))
        for number in range(self._plan.rounds):
            for side in sides if number % 2 else reversed(sides):
                measured.rounds[side].append(self._round(case, side, headers[side.size], self._plan.seconds))
        return measured

    def _round(self, case: Case, side: Side, headers: Any, seconds: float) -> Round:
        system = self._systems[side.size]
        server: Server = getattr(system, side.kind)
        make = case.product if side.kind == "product" else case.floor
        assert make is not None
        requests = make(system)
        if case.pool:
            requests = self._pools.rest(system, case, requests)
        before = cpu_seconds([server.pid, self._postgresql])
        reading = ask(
            server.url,
            requests,
            {**headers, "Content-Type": "application/json"},
            clients=side.clients,
            seconds=seconds,
            again=not case.pool,
            folder=self._folder,
        )
        used = cpu_seconds([server.pid, self._postgresql]) - before
        if case.pool:
            self._pools.use(system, case, reading.requests + side.clients + 1)
        few = reading.requests < self._plan.least and not reading.ran_out
        if few and seconds < MOST_SECONDS:  # a busy machine gets more time
            return self._round(case, side, headers, seconds * 2)
        _check(case, side, reading)
        return Round(reading, used * 1000 / reading.requests)


class Broken(Exception):
    """Somebody answered with errors: then speed means nothing."""


def _check(case: Case, side: Side, reading: Reading) -> None:
    if reading.failed or reading.broken or reading.ran_out or not reading.requests:
        raise Broken(f"{case.name}, {side}: {asdict(reading)}")


def _sides(case: Case) -> Iterator[Side]:
    """The floor and the product beside each other; the product on the small system only to see how it grows."""
    for clients in CLIENTS if case.floor else CLIENTS[:1]:
        if case.floor:
            yield Side("floor", "large", clients)
        yield Side("product", "large", clients)
    yield Side("product", "small", 1)
