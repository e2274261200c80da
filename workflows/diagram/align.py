"""Which cells stand on one straight line: the spine of the picture.

In every channel a set of links is chosen that stay straight: each cell has at most one to either side, and no two of
them cross. First choice have links between boxes on the longest way through the graph, then the lanes of long lines,
then a box and a lane. Where branches are equally long, the middle one goes straight; of two, neither: they part evenly.
"""

from bisect import bisect
from collections.abc import Callable

from .flow import Flow
from .sheet import Cell, Link, Sheet, Side

Weigh = Callable[[Link], int]


def align(sheet: Sheet, flow: Flow) -> None:
    """Marks the links that are to be straight."""

    def way(link: Link) -> int:
        """The length of the longest way that leads through a link between boxes."""
        left, right = link.left.cell, link.right.cell
        assert left.node is not None
        assert right.node is not None
        return flow.rank[left.node] + flow.ahead[right.node]

    liked = _liked_by_boxes(sheet, way)
    for links in sheet.channels:
        between_boxes = [link for link in links if link in liked]
        between_boxes.sort(key=lambda link: (-way(link), link.left.key, link.right.key))
        _choose([*between_boxes, *filter(_between_lanes, links), *filter(_between_box_and_lane, links)])


def _choose(links: list[Link]) -> None:
    """Makes those straight that neither cross an earlier one nor leave or reach a cell that has one already."""
    chosen: list[tuple[int, int]] = []
    left_taken: set[Cell] = set()
    right_taken: set[Cell] = set()
    for link in links:
        left, right = link.left.cell, link.right.cell
        if left in left_taken or right in right_taken:
            continue
        at = bisect(chosen, (left.place, right.place))
        if (at and chosen[at - 1][1] > right.place) or (at < len(chosen) and chosen[at][1] < right.place):
            continue
        chosen.insert(at, (left.place, right.place))
        left_taken.add(left)
        right_taken.add(right)
        link.straight = True


def _liked_by_boxes(sheet: Sheet, way: Weigh) -> set[Link]:
    """The links between boxes that both of them would have straight."""
    first = {
        link for box in sheet.boxes if (link := _middle([o for o in box.right if _between_boxes(o)], way, left=False))
    }
    second = {
        link for box in sheet.boxes if (link := _middle([o for o in box.left if _between_boxes(o)], way, left=True))
    }
    return first & second


def _middle(links: list[Link], way: Weigh, *, left: bool) -> Link | None:
    """The middle one of those on the longest way; none of an even number."""
    if not links:
        return None
    longest = max(map(way, links))
    best = [link for link in links if way(link) == longest]
    best.sort(key=lambda link: link.left.key if left else link.right.key)
    return best[len(best) // 2] if len(best) % 2 else None


def _between_boxes(link: Link) -> bool:
    return link.left.side is Side.OUT and link.right.side is Side.IN


def _between_lanes(link: Link) -> bool:
    return link.left.side is link.right.side is Side.LANE


def _between_box_and_lane(link: Link) -> bool:
    return {link.left.side, link.right.side} in ({Side.OUT, Side.LANE}, {Side.LANE, Side.IN}) and not _parts_evenly(
        link
    )


def _parts_evenly(link: Link) -> bool:
    """Whether the box has other lines on that side: then the lane is not what it should stand in line with."""
    box = link.left.cell.right if link.left.side is Side.OUT else link.right.cell.left
    return sum(other.left.side is Side.OUT or other.right.side is Side.IN for other in box) > 1
