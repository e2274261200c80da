"""The open step of the editor, or the head of the definition: its inputs, with what is wrong beside them. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from workflows.engine.faults import Fault

from . import editing, placing, source
from .form import step as steps
from .form.parts import Place
from .form.schema import HEAD
from .form.shown import Control, Options, Set, Shown, World, walk
from .working import Working, head_of


@dataclass(frozen=True, slots=True)
class Section:
    """Inputs below one heading."""

    label: str
    parts: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Inputs; or, as `text`, the YAML of what inputs cannot say."""

    title: str
    sections: tuple[Section, ...] = ()
    more: Set | None = None
    text: str | None = None
    kind: str = ""
    faults: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[Shown, ...]:
        inputs = tuple(part for section in self.sections for part in section.parts)
        return (*inputs, self.more) if self.more else inputs

    @property
    def noted(self) -> list[Shown]:
        """Each input and row that faults can stand at."""
        return [part for part in walk(self.parts) if part.path and not isinstance(part, Set)]


def panel(working: Working, faults: Sequence[Fault], *, is_new: bool) -> Panel:
    """What is open in `working`. The key of a definition that has been saved stays."""
    own = [fault for fault in faults if placing.step_of(fault.path) == working.opened]
    fits = steps.head_fits(working.document) if working.opened is None else steps.fits(working.step)
    if working.panel is not None or not fits:
        return _as_yaml(working, own)
    world = World(steps=step_options(working), adds=working.adds)
    # Once to learn which inputs there are, and again with each fault at the one that is nearest to it.
    paths = {part.path for part in _inputs(working, world).noted} | {working.path}
    placed = placing.placed(own, paths)
    shown = replace(_inputs(working, replace(world, faults=placed)), faults=placed.get(working.path, ()))
    is_fixed = working.opened is None and not is_new
    return replace(shown, sections=tuple(map(_with_fixed_key, shown.sections))) if is_fixed else shown


def _inputs(working: Working, world: World) -> Panel:
    if working.opened is None:
        parts = HEAD.show_all(head_of(working.document), Place(), world)
        return Panel("About the workflow", (Section("", parts),), kind="head")
    shown = steps.show(working.step, world, working.path)
    sections = (Section("", shown.name), Section("", shown.work), Section("Ways on", shown.ways))
    said = tuple(section for section in sections if section.parts)
    return Panel(f"Step {working.opened + 1}", said, shown.order, kind=shown.kind)


def _as_yaml(working: Working, faults: Iterable[Fault]) -> Panel:
    text = working.panel if working.panel is not None else source.write(working.step)
    title = "About the workflow" if working.opened is None else f"Step {working.opened + 1}"
    return Panel(title, text=text, faults=tuple(placing.told(fault) for fault in faults))


def _with_fixed_key(section: Section) -> Section:
    return replace(section, parts=tuple(map(_fixed_if_key, section.parts)))


def _fixed_if_key(part: Shown) -> Shown:
    return replace(part, is_fixed=True) if isinstance(part, Control) and part.name == "key" else part


def step_options(working: Working) -> Options:
    """Key and name of each step; with the key where two have one name."""
    names = {editing.key_of(step): editing.name_of(step) for step in working.steps if editing.key_of(step)}
    often = Counter(names.values())
    return tuple((key, f"{name} ({key})" if often[name] > 1 else name) for key, name in names.items())
