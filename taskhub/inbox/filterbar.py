"""The filter bar of a list: what can be chosen, what is chosen, and how each choice is taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.access import visible_projects
from accounts.actor import Actor
from accounts.models import Project
from accounts.prepared import prepared
from taskhub.inbox import words
from taskhub.inbox.listing import PRIORITIES, SORTS, Listing
from tasks.domain.lifecycle import CLOSED, OPEN

MOST_PROJECTS = 200


@dataclass(frozen=True)
class Choice:
    """A select of the bar."""

    name: str
    label: str
    anything: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""


@dataclass(frozen=True)
class Chip:
    """An active filter; `url` is the same list without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class FilterBar:
    listing: Listing
    choices: tuple[Choice, ...]
    chips: tuple[Chip, ...]
    clear: str
    """The address of the view with nothing narrowed."""


def filter_bar(actor: Actor, listing: Listing, categories: Mapping[str, tuple[str, str]]) -> FilterBar:
    """The bar of `listing`. One query: the projects."""
    choices = _choices(actor, listing, categories)
    return FilterBar(listing, choices, _chips(listing, choices), listing.without(*listing.narrowing, "after"))


def _choices(actor: Actor, listing: Listing, categories: Mapping[str, tuple[str, str]]) -> tuple[Choice, ...]:
    states = CLOSED if listing.is_completed else OPEN
    projects = _projects.part(slice(MOST_PROJECTS), actor)
    table = (
        ("priority", "Priority", "Any priority", [(word, word.capitalize()) for word in PRIORITIES]),
        ("state", "State", "Any state", [(name, sign.word) for name, sign in words.STATES.items() if name in states]),
        ("source", "Source", "Any source", words.SOURCES.items()),
        ("category", "Category", "Any category", [(slug, title) for slug, (title, _) in categories.items()]),
        ("project", "Project", "Any project", [(str(uuid), name) for uuid, name in projects]),
    )
    return tuple(_choice(listing, *row) for row in table)


@prepared
def _projects(actor: Actor) -> QuerySet[Project, tuple[UUID, str]]:
    return visible_projects(actor).order_by("name").values_list("uuid", "name")


def _choice(listing: Listing, name: str, label: str, anything: str, options: Iterable[tuple[str, str]]) -> Choice:
    return Choice(name, label, anything, tuple(options), getattr(listing, name))


def _chips(listing: Listing, choices: tuple[Choice, ...]) -> tuple[Chip, ...]:
    named = {choice.name: (choice.label, dict(choice.options)) for choice in choices}
    plain = {"q": ("Search", {}), "tag": ("Tag", {}), "overdue": ("Overdue", {"yes": "only"})}
    known = named | plain
    return tuple(
        Chip(known[name][0], known[name][1].get(value, value), listing.without(name, "after"))
        for name, value in listing.narrowing.items()
    )


SORT_CHOICES = tuple(SORTS.items())
