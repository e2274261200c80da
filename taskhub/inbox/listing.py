"""A list as its address says it: the view, what narrows it, the order and the place in it. To and from a query string.

Everything a list shows is in its address, so that reload, Back, a new tab and the page of a task find the same list.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import QueryDict

from accounts import queries as people
from accounts.access import project_access
from accounts.actor import Actor
from tasks.domain.errors import NotFound
from tasks.domain.lifecycle import State
from tasks.inbox import VIEWS, Filters
from tasks.models import Priority

SORTS = {"due": "Due date", "priority": "Priority", "newest": "Newest"}
PRIORITIES = {priority.label.lower(): priority.value for priority in reversed(Priority)}
"""The word in an address -> the number in the database."""


@dataclass(frozen=True)
class Listing:
    """One list. The fields are the parameters of its address; `filters` and `scope` say what they mean to a query."""

    view: str = "mine"
    team: str = ""
    q: str = ""
    state: str = ""
    priority: str = ""
    source: str = ""
    category: str = ""
    project: str = ""
    tag: str = ""
    overdue: bool = False
    sort: str = "due"
    after: str = ""

    @property
    def narrowing(self) -> dict[str, str]:
        """The parameters that narrow the view, in the order in which the page shows them."""
        given = {name: str(getattr(self, name)) for name in NARROWING if getattr(self, name)}
        return {name: "yes" if name == "overdue" else value for name, value in given.items()}

    @property
    def address(self) -> str:
        """The query string, without what is at its default."""
        return self.without()

    def without(self, *names: str, **changes: str) -> str:
        """The query string of the same list with some parameters left out or changed."""
        query = QueryDict(mutable=True)
        query["view"] = self.view
        rest = {
            "team": self.team,
            **self.narrowing,
            "sort": self.sort if self.sort != "due" else "",
            "after": self.after,
        }
        for name, value in (rest | changes).items():
            if value and name not in names:
                query[name] = value
        return query.urlencode()

    @property
    def is_completed(self) -> bool:
        return self.view == "completed"

    @property
    def is_grouped(self) -> bool:
        """Only open work in the order of its due dates stands under Overdue, Today and so on."""
        return self.sort == "due" and not self.is_completed

    def filters(self, actor: Actor) -> Filters:
        """What the parameters mean. Asks for the project only if one is named; an unknown one raises NotFound."""
        return Filters(
            q=self.q,
            states=(self.state,) if self.state else (),
            priorities=(PRIORITIES[self.priority],) if self.priority else (),
            sources=(self.source,) if self.source else (),
            category=self.category,
            project_id=_project_id(actor, self.project) if self.project else None,
            tag=self.tag,
            overdue=self.overdue,
        )

    def scope(self, actor: Actor) -> Actor:
        """The actor, narrowed to the one team that the list is of. A team that is not theirs raises NotFound."""
        if self.view != "team" or not self.team:
            return actor
        found = people.teams(actor.organization_id, slugs=[self.team])
        if not found or not (found[0].id in actor.team_ids or actor.is_manager):
            raise NotFound("There is no such team.")
        return replace(actor, team_ids=(found[0].id,))


NARROWING = ("q", "state", "priority", "source", "category", "project", "tag", "overdue")


def parse(query: QueryDict) -> Listing:
    """The list that a query string means; what it does not know, it leaves out."""
    return Listing(
        view=_one_of(query.get("view", ""), VIEWS, "mine"),
        state=_one_of(query.get("state", ""), [state.value for state in State], ""),
        priority=_one_of(query.get("priority", ""), PRIORITIES, ""),
        overdue=bool(query.get("overdue")),
        sort=_one_of(query.get("sort", ""), SORTS, "due"),
        **{name: _text(query, name)[:most] for name, most in _TEXTS.items()},
    )


_TEXTS = {"team": 63, "q": 200, "source": 12, "category": 63, "project": 36, "tag": 100, "after": 200}


def _text(query: QueryDict, name: str) -> str:
    """No database takes NUL in a text."""
    return query.get(name, "").replace("\0", "").strip()


def from_text(text: str) -> Listing:
    return parse(QueryDict(text))


def _one_of(value: str, known: Iterable[str], default: str) -> str:
    return value if value in known else default


def _project_id(actor: Actor, text: str) -> int:
    try:
        access = project_access(actor, uuid=UUID(text))
    except ValueError:
        access = None
    if access is None:
        raise NotFound("There is no such project.", code="project_not_found")
    return access.id


def place_of(query: QueryDict) -> int:
    """The row behind which a page of the address begins (`after`), where rows are listed by id; 0 is the first page."""
    text = query.get("after", "")
    is_id = text.isascii() and text.isdigit() and len(text) < 20 and int(text) < _BIGGEST_ID
    return int(text) if is_id else 0


_BIGGEST_ID = 2**63
