"""A list of instances as its address says it: what narrows it and the place in it. To and from a query string."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict

from taskhub.inbox.listing import place_of
from workflows.models import WorkflowInstance

RUNNING, STUCK, ALL = "running", "stuck", "all"
STATUSES = {
    RUNNING: "Running",
    STUCK: "Stand still",
    "completed": "Completed",
    "canceled": "Canceled",
    "failed": "Failed",
    ALL: "All",
}
"""The word in an address -> what its tab says."""
_TEXTS = {"workflow": 63, "q": 200, "type": 63, "entity": 200}


@dataclass(frozen=True)
class Instances:
    """One list. The fields are the parameters of its address. `type` and `entity` name what instances are about."""

    status: str = RUNNING
    workflow: str = ""
    q: str = ""
    type: str = ""
    entity: str = ""
    after: int = 0

    @property
    def narrowing(self) -> dict[str, str]:
        """The parameters that narrow the list, but for its tab."""
        return {name: getattr(self, name) for name in _TEXTS if getattr(self, name)}

    def without(self, *names: str, **changes: str) -> str:
        """The query string of the same list with some parameters left out or changed."""
        query = QueryDict(mutable=True)
        given = {"status": self.status, **self.narrowing, "after": str(self.after or "")}
        for name, value in (given | changes).items():
            if value and name not in names:
                query[name] = value
        return query.urlencode()

    @property
    def address(self) -> str:
        return self.without()

    def narrow(self, rows: QuerySet[WorkflowInstance]) -> QuerySet[WorkflowInstance]:
        """Those of the rows that the list shows, but for its place."""
        if self.status == STUCK:
            rows = rows.filter(has_incident=True, status=RUNNING)
        elif self.status != ALL:
            rows = rows.filter(status=self.status)
        named = {"key": self.workflow, "entity_type": self.type, "entity_id": self.entity}
        rows = rows.filter(**{column: value for column, value in named.items() if value})
        return rows.filter(_says(self.q)) if self.q else rows

    def page(self, rows: QuerySet[WorkflowInstance], size: int) -> tuple[list[WorkflowInstance], int]:
        """The rows of this page, newest first, and where the next one begins; 0 if there is none."""
        rows = self.narrow(rows)
        if self.after:
            rows = rows.filter(pk__lt=self.after)
        found = list(rows[: size + 1])
        return found[:size], found[size - 1].pk if len(found) > size else 0


def _says(text: str) -> Q:
    """That an instance is found by `text`."""
    return (
        Q(business_key__istartswith=text)
        | Q(entity_label__icontains=text)
        | Q(entity_id__istartswith=text)
        | Q(definition__name__icontains=text)
    )


def parse(query: QueryDict) -> Instances:
    """The list that a query string means; what it does not know, it leaves out."""
    status = query.get("status", "")
    return Instances(
        status=status if status in STATUSES else RUNNING,
        after=place_of(query),
        **{name: query.get(name, "").replace("\0", "").strip()[:most] for name, most in _TEXTS.items()},
    )
