"""The tracks of a channel: where, between two layers, lines turn.

Links that share a port form one *net* with one stroke across the channel, and so do links that merge before the same
port; strokes of different nets that would touch get tracks of their own. Nets are put one by one where they cross
fewest others, and where no line runs on top of another.
"""

from collections import defaultdict
from dataclasses import dataclass

from .sheet import Link, Port, Side

OVERLAP = 100
"""What it costs if two lines run on top of each other, in crossings."""
NEAR = 3.0
CAREFUL = 80
"""Up to so many nets the order is searched; beyond, it is guessed."""


@dataclass(slots=True, eq=False)
class Net:
    """Links that turn on one track."""

    links: list[Link]
    left: tuple[float, ...] = ()
    right: tuple[float, ...] = ()
    top: float = 0.0
    bottom: float = 0.0
    track: int = 0

    def __post_init__(self) -> None:
        self.left = tuple(sorted({link.left.at for link in self.links}))
        self.right = tuple(sorted({link.right.at for link in self.links}))
        self.top = min(self.left[0], self.right[0])
        self.bottom = max(self.left[-1], self.right[-1])

    def meets(self, other: "Net") -> bool:
        """Whether both need the same stretch of a track."""
        return self.top <= other.bottom + NEAR and other.top <= self.bottom + NEAR

    def cost_before(self, other: "Net") -> int:
        """What it costs if this net turns first, seen from the left."""
        if not self.meets(other):
            return 0
        cost = sum(self.top < at < self.bottom for at in other.left)
        cost += sum(other.top < at < other.bottom for at in self.right)
        return cost + OVERLAP * sum(abs(one - two) < NEAR for one in self.right for two in other.left)

    @property
    def guess(self) -> tuple[bool, float]:
        """A good place in the order for those that cannot all be compared: downward ones from below, upward ones from
        above."""
        falls = self.right[-1] > self.left[-1]
        return falls, -self.left[-1] if falls else self.left[0]


@dataclass(frozen=True, slots=True)
class Turns:
    """Which track each bent link turns on, counted from the left, and how many there are."""

    track: dict[Link, int]
    count: int


def turns(links: list[Link]) -> Turns:
    """Tracks for the links of one channel."""
    nets = _in_order([net for net in _nets(links) if net.top != net.bottom])
    for index, net in enumerate(nets):
        net.track = max((other.track + 1 for other in nets[:index] if other.meets(net)), default=0)
    track = {link: net.track for net in nets for link in net.links}
    return Turns(track, max(track.values(), default=-1) + 1)


def _nets(links: list[Link]) -> list[Net]:
    """Grouped by the port they begin at if that has several, else by the port where they end."""
    groups: defaultdict[tuple[str, Port], list[Link]] = defaultdict(list)
    for link in links:
        begin, end = (link.right, link.left) if link.back else (link.left, link.right)
        several = begin.side is Side.OUT and len(begin.links) > 1
        groups[("from", begin) if several else ("to", end)].append(link)
    return [Net(group) for group in groups.values()]


def _in_order(nets: list[Net]) -> list[Net]:
    if len(nets) > CAREFUL:
        return sorted(nets, key=lambda net: net.guess)
    order: list[Net] = []
    for net in sorted(nets, key=lambda net: net.guess):
        order.insert(_best_place(net, order), net)
    for net in tuple(order):
        order.remove(net)
        order.insert(_best_place(net, order), net)
    return order


def _best_place(net: Net, order: list[Net]) -> int:
    """Where it costs least; of equals the last."""
    cost = sum(net.cost_before(other) for other in order)
    best, least = 0, cost
    for place, other in enumerate(order, start=1):
        cost += other.cost_before(net) - net.cost_before(other)
        if cost <= least:
            best, least = place, cost
    return best
