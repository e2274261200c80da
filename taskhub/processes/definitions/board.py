"""Everything the editor's page shows of a draft at work: outline, open step, faults, diagram. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.diagram.graph import Graph
from workflows.engine.faults import Fault

from . import editing, placing
from .form import step as steps
from .form.schema import KINDS
from .form.shown import Options
from .marks import Mark, marks
from .panel import Panel, panel, step_options
from .sketch import sketch
from .working import PAGE, YAML, Working

MOST_LIVE = 150
"""Steps up to which the page is drawn, and checked while one types; a longer workflow is checked when asked for."""
ICONS = {"human": "user", "automatic": "zap", "wait": "clock", "workflow": "workflow", "end": "circle-dot"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the outline."""

    place: int
    name: str
    key: str
    icon: str
    is_open: bool
    faults: int

    @property
    def number(self) -> int:
        return self.place + 1


@dataclass(frozen=True, slots=True)
class Board:
    """The page. `panel` is None where the whole is written as YAML."""

    working: Working
    panel: Panel | None
    entries: tuple[Entry, ...]
    head_faults: int
    marks: tuple[Mark, ...]
    count: int
    graph: Graph | None
    page: int
    pages: int

    @property
    def is_live(self) -> bool:
        return len(self.working.steps) <= MOST_LIVE

    @property
    def more_marks(self) -> int:
        return self.count - len(self.marks)

    @property
    def steps(self) -> Options:
        """Key and name of every step."""
        return step_options(self.working)

    @property
    def kind(self) -> str:
        """What the open step does, as a word of KINDS."""
        return self.panel.kind if self.panel else ""


def board(working: Working, faults: Sequence[Fault], *, is_new: bool) -> Board:
    """The page of `working`, in which `faults` were found."""
    shown = panel(working, faults, is_new=is_new) if working.view != YAML else None
    counts = Counter(placing.step_of(fault.path) for fault in faults)
    pages = max(-(-len(working.steps) // PAGE), 1)
    page = working.page if working.page is not None else (working.opened or 0) // PAGE
    return Board(
        working=working,
        panel=shown,
        entries=tuple(_entries(working, min(page, pages - 1), counts)),
        head_faults=counts[None],
        marks=marks(faults, working, shown),
        count=len(faults),
        graph=sketch(working.document) if len(working.steps) <= MOST_LIVE else None,
        page=min(page, pages - 1),
        pages=pages,
    )


def _entries(working: Working, page: int, faults: Mapping[int | None, int]) -> list[Entry]:
    listed = list(enumerate(working.steps))[page * PAGE : (page + 1) * PAGE]
    return [
        Entry(
            place=place,
            name=editing.name_of(step) or "New step",
            key=editing.key_of(step),
            icon=ICONS[KINDS[steps.kind_of(step)].type] if isinstance(step, Mapping) else "circle-alert",
            is_open=working.opened == place,
            faults=faults.get(place, 0),
        )
        for place, step in listed
    ]
