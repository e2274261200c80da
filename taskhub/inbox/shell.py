"""What stands around every page: the views with their counts, the teams, the bell. Plain values for the templates."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.urls import reverse

from accounts import queries as people
from accounts.access import organization
from accounts.actor import Actor, Role
from taskhub.inbox.listing import Listing
from tasks.inbox import UNREAD, Count, counts


@dataclass(frozen=True)
class Link:
    """An entry of the navigation. `key` is what `g` then `key` follows."""

    label: str
    url: str
    icon: str = ""
    key: str = ""
    count: Count | None = None
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
    processes: tuple[Link, ...] = ()
    """The pages of workflows, for those who may see them."""
    pulse: str = ""
    """The query by which poll.js asks whether something has changed."""

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
    goal: str = ""
    """Where the required weight stands, if more than that was given out."""


@dataclass(frozen=True)
class ViewName:
    label: str
    icon: str
    key: str


VIEW_NAMES = {
    "mine": ViewName("My tasks", "inbox", "i"),
    "team": ViewName("My teams", "users", "t"),
    "created": ViewName("Created by me", "square-pen", "c"),
    "watching": ViewName("Watching", "eye", "w"),
    "completed": ViewName("Completed", "check-check", "d"),
    "all": ViewName("All open", "layers", "a"),
}
PROCESS_NAMES = {
    "workflows": ViewName("Workflows", "workflow", "f"),
    "instances": ViewName("Instances", "route", "r"),
    "templates": ViewName("Templates", "file-text", "p"),
    "documents": ViewName("Documents", "scan-text", "s"),
}
RULE_NAMES = {"rules": ViewName("Rules", "zap", "u")}
"""For those who may write them."""
COUNTED = ("mine", "team", "created", "watching", UNREAD)


def shell(
    actor: Actor, *, here: str = "", listing: Listing | None = None, about: Mapping[str, str] | None = None
) -> Shell:
    """The frame for `actor`. `listing` is the list that is shown, if any; `about` what the pulse asks for besides.

    At most two queries.
    """
    team = listing.team if listing else ""
    numbers = counts(actor, COUNTED)
    unread = numbers[UNREAD].number
    return Shell(
        organization=organization(actor.organization_id).name,
        views=view_links(numbers, "" if team else listing.view if listing else ""),
        teams=_team_links(actor, team),
        unread=unread,
        here=here,
        search_view=listing.view if listing else "mine",
        may_create=actor.role >= Role.MEMBER,
        processes=_process_links(actor, here),
        pulse=pulse_query({"state": digest(numbers), **(about or {})}),
    )


def digest(numbers: Mapping[str, Count], news: str = "") -> str:
    """A short text that stays the same as long as bell, counts and news do."""
    shown = sorted((view, str(count)) for view, count in numbers.items())
    return hashlib.sha256(repr((shown, news)).encode()).hexdigest()[:16]


def pulse_query(about: Mapping[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in about.items() if value})
    return query.urlencode()


def view_links(numbers: Mapping[str, Count], current: str) -> tuple[Link, ...]:
    return tuple(
        Link(name.label, f"{reverse('inbox')}?view={view}", name.icon, name.key, numbers.get(view), view == current)
        for view, name in VIEW_NAMES.items()
    )


def _process_links(actor: Actor, here: str) -> tuple[Link, ...]:
    seen = PROCESS_NAMES if actor.may("workflow.read") else {}
    rules = RULE_NAMES if actor.is_manager and actor.may("workflow.execute") else {}
    return tuple(
        Link(name.label, f"/{page}/", name.icon, name.key, current=page == here)
        for page, name in (seen | rules).items()
    )


def _team_links(actor: Actor, current: str) -> tuple[Link, ...]:
    rows = sorted(people.teams(actor.organization_id, ids=actor.team_ids), key=lambda team: team.title)
    return tuple(
        Link(
            team.title,
            f"{reverse('inbox')}?{Listing(view='team', team=team.slug).address}",
            current=team.slug == current,
        )
        for team in rows
    )
