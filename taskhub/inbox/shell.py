"""What stands around every page: the views with their counts, the teams, the bell. Plain values for the templates."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Link:
    """An entry of the navigation. `key` is what `g` then `key` follows."""

    label: str
    url: str
    icon: str = ""
    key: str = ""
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class Shell:
    organization: str
    views: tuple[Link, ...] = ()
    teams: tuple[Link, ...] = ()
    unread: int = 0
    here: str = ""
    """Which page this is, where it is none of the views."""
    search_view: str = "mine"
    may_create: bool = False

    @property
    def bottom(self) -> tuple[Link, ...]:
        """The two views that a phone's bar has room for."""
        return self.views[:2]


@dataclass(frozen=True)
class Empty:
    """Why there is nothing here, and the one thing to do about it."""

    icon: str
    title: str
    text: str
    action: str = ""
    url: str = ""


@dataclass(frozen=True)
class Pager:
    label: str
    size: int
    newer: str = ""
    older: str = ""


@dataclass(frozen=True)
class Part:
    """A stretch of the weight bar, in percent of its length."""

    state: str
    x: str
    width: str


@dataclass(frozen=True)
class Meter:
    """How much of a task's weight is done, share by share."""

    performed: float
    required: float
    note: str = ""
    parts: tuple[Part, ...] = field(default=())
