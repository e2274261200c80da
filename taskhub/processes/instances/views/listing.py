"""The instances of an organization."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox.filterbar import Chip
from taskhub.inbox.pages import staff_page
from taskhub.inbox.process import entity_of
from taskhub.inbox.shell import Empty, Pager, shell
from taskhub.inbox.words import Sign
from taskhub.processes.instances.listing import RUNNING, STATUSES, STUCK, Instances, parse
from taskhub.processes.instances.words import status_sign
from tasks.inbox import Count
from workflows import catalog
from workflows.models import StepRun, WorkflowInstance
from workflows.queries import visible_instances

PAGE_SIZE = 25
MOST_COUNTED = 1_000
MOST_DEFINITIONS = 200
MOST_STEPS = 500
SHOWN_STEPS = 2


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: Count | None = None


@dataclass(frozen=True)
class Row:
    """An instance in the list."""

    instance: WorkflowInstance
    url: str
    sign: Sign
    steps: Sequence[str]

    @property
    def about(self) -> str:
        return entity_of(self.instance)

    @property
    def now_at(self) -> str:
        """Where it stands, in a few words."""
        more = len(self.steps) - SHOWN_STEPS
        return ", ".join(self.steps[:SHOWN_STEPS]) + (f" and {more} more" if more > 0 else "")


@require_safe
@staff_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A list as its address says. Twelve queries at most, whatever the number of rows."""
    listing, visible = parse(request.GET), visible_instances(actor)
    found, following = listing.page(visible, PAGE_SIZE)
    names = dict(catalog.newest_definitions(actor).values_list("key", "name")[:MOST_DEFINITIONS])
    context = {
        "shell": shell(actor, here="instances"),
        "listing": listing,
        "tabs": _tabs(listing, visible),
        "rows": _rows(found, listing),
        "definitions": names.items(),
        "chips": _chips(listing, names),
        "clear": listing.without(*listing.narrowing, "after"),
        "empty": _empty(listing),
        "pager": _pager(listing, following),
        "now": timezone.now(),
    }
    return render(request, "processes/instances/list.html", context)


def _rows(found: Sequence[WorkflowInstance], listing: Instances) -> list[Row]:
    steps = _open_steps([instance.pk for instance in found if instance.status == RUNNING])
    return [
        Row(
            instance,
            f"{reverse('instance', args=[instance.uuid])}?{listing.without('after')}",
            status_sign(instance.status, is_stuck=instance.has_incident),
            steps[instance.pk],
        )
        for instance in found
    ]


def _open_steps(ids: Sequence[int]) -> dict[int, list[str]]:
    """Instance -> the names of its steps that are open or broken, each once."""
    found: dict[int, list[str]] = defaultdict(list)
    states = (StepRun.State.OPEN, StepRun.State.FAILED)
    rows = (
        StepRun.objects.filter(instance_id__in=ids, state__in=states).order_by("id") if ids else StepRun.objects.none()
    )
    for key, name in rows.values_list("instance_id", "name")[:MOST_STEPS]:
        if name not in found[key]:
            found[key].append(name)
    return found


def _tabs(listing: Instances, visible: QuerySet[WorkflowInstance]) -> list[Tab]:
    here = reverse("instances")
    counted = {status: _count(Instances(status=status).narrow(visible)) for status in (RUNNING, STUCK)}
    return [
        Tab(label, f"{here}?{listing.without('after', status=status)}", status == listing.status, counted.get(status))
        for status, label in STATUSES.items()
    ]


def _count(rows: QuerySet[WorkflowInstance]) -> Count:
    number = rows.order_by()[: MOST_COUNTED + 1].count()
    return Count(min(number, MOST_COUNTED), number > MOST_COUNTED)


def _chips(listing: Instances, names: dict[str, str]) -> list[Chip]:
    words = {"workflow": "Workflow", "q": "Search", "type": "About", "entity": "Id"}
    return [
        Chip(words[name], names.get(value, value) if name == "workflow" else value, listing.without(name, "after"))
        for name, value in listing.narrowing.items()
    ]


def _pager(listing: Instances, following: int) -> Pager:
    here = reverse("instances")
    return Pager(
        label="Pages",
        size=PAGE_SIZE,
        newer=f"{here}?{listing.without('after')}" if listing.after else "",
        older=f"{here}?{listing.without(after=str(following))}" if following else "",
    )


def _empty(listing: Instances) -> Empty:
    """Why the list is empty: nothing matches, or there is nothing of this kind."""
    here = reverse("instances")
    if listing.narrowing or listing.after:
        clear = f"{here}?{listing.without(*listing.narrowing, 'after')}"
        return Empty("search", "No instance matches", "Take a filter away to see more.", "Clear all filters", clear)
    if listing.status == STUCK:
        text = "A workflow stands still when a step breaks. Nothing of that kind waits for help."
        return Empty("circle-check", "Nothing stands still", text, "See what is running", here)
    text = "A workflow that somebody starts appears here, with where it stands."
    return Empty("route", "No instance here", text, "Start a workflow", reverse("instance-new"))
