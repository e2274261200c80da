"""What the signs mean: an entry for each state that a graph has."""

from dataclasses import dataclass

from .graph import Graph, State
from .marks import STATE_MARKS
from .words import STATES


@dataclass(frozen=True, slots=True)
class Entry:
    """One sign and its word."""

    state: State
    word: str
    drawn: str


def legend(graph: Graph) -> tuple[Entry, ...]:
    """In one order always; nothing for the picture of a definition."""
    met = {node.state for node in graph.nodes}
    return tuple(Entry(state, sign.word, STATE_MARKS[state]) for state, sign in STATES.items() if state in met)
