"""The inbox: one list of work, as a page or as the part of it that a filter, a sort or a page turn changes."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from taskhub.inbox import words
from taskhub.inbox.filterbar import SORT_CHOICES, FilterBar, filter_bar
from taskhub.inbox.listing import Listing, parse
from taskhub.inbox.pages import staff_page, wants_fragment
from taskhub.inbox.rows import Group, Row, grouped
from taskhub.inbox.shell import VIEW_NAMES, Empty, Pager, pulse_query, shell
from tasks import inbox, queries
from tasks.notifications.bell import unread_of
from tasks.parts import parts
from workflows.queries import names_by_task


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("inbox")


@require_safe
@staff_page
def inbox_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A view of the work, as its address says. Twelve queries at most, whatever the number of rows."""
    listing, now = parse(request.GET), timezone.now()
    found = inbox.page(
        listing.scope(actor),
        listing.view,
        now=now,
        filters=listing.filters(actor),
        sort=listing.sort,
        after=listing.after,
    )
    categories = queries.categories(actor.organization_id)
    bar = filter_bar(actor, listing, categories)
    context = {
        "listing": listing,
        "bar": bar,
        "now": now,
        "groups": _groups(actor, listing, found, categories, now),
        "empty": _empty(listing, bar),
        "pager": _pager(listing, found),
    }
    if wants_fragment(request):
        pulse = {"pulse_query": pulse_query(_about(listing, now)), "oob_pulse": True}
        response = render(request, "inbox/part.html", context | pulse)
        response["HX-Push-Url"] = f"{reverse('inbox')}?{listing.address}"
        return response
    frame = shell(actor, listing=listing, about=_about(listing, now))
    title = next((team.label for team in frame.teams if team.current), VIEW_NAMES[listing.view].label)
    return render(request, "inbox/page.html", context | {"shell": frame, "title": title, "sorts": SORT_CHOICES})


def _about(listing: Listing, now: datetime) -> dict[str, str]:
    """What the pulse asks for: what comes into this list from now on."""
    return {"list": listing.address, "since": now.isoformat()}


def _groups(
    actor: Actor, listing: Listing, found: inbox.Page, categories: dict[str, tuple[str, str]], now: datetime
) -> list[Group]:
    ids = [task.pk for task in found.tasks]
    hanging = parts(ids, events=())
    fresh = set(unread_of(actor, ids)) if ids else set()
    workflows = names_by_task(found.tasks)
    address = listing.without("after")
    rows = [
        Row(
            task=task,
            parts=hanging[task.pk],
            url=f"{reverse('task', args=[task.uuid])}?{address}",
            category=words.category_word(task.category, categories),
            is_unread=task.pk in fresh,
            workflow=workflows.get(task.pk, ""),
        )
        for task in found.tasks
    ]
    return grouped(rows, listing, now)


def _pager(listing: Listing, found: inbox.Page) -> Pager:
    here = reverse("inbox")
    return Pager(
        label="Pages",
        size=inbox.PAGE_SIZE,
        newer=f"{here}?{listing.without('after')}" if listing.after else "",
        older=f"{here}?{listing.without(after=found.next)}" if found.next else "",
    )


def _empty(listing: Listing, bar: FilterBar) -> Empty:
    """Why the list is empty: nothing matches, or there is nothing of this kind."""
    here = reverse("inbox")
    if listing.narrowing or listing.after:
        return Empty(
            "search", "No task matches", "Take a filter away to see more.", "Clear all filters", f"{here}?{bar.clear}"
        )
    return _EMPTY[listing.view]()


_EMPTY = {
    "mine": lambda: Empty(
        "check-check", "All done", "Nothing waits for you. New work appears here by itself.", "Look at my teams' work",
        f"{reverse('inbox')}?view=team",
    ),
    "team": lambda: Empty(
        "users", "Nothing to claim", "Work that is given to one of your teams appears here until somebody claims it.",
        "Back to my tasks", f"{reverse('inbox')}?view=mine",
    ),
    "created": lambda: Empty(
        "square-pen", "No open task of yours", "Tasks that you create stay here until they are done.", "Create a task",
        reverse("task-new"),
    ),
    "watching": lambda: Empty(
        "eye", "You are not watching anything", "Watch a task to be told what happens to it, even if it is not yours.",
        "See all open tasks", f"{reverse('inbox')}?view=all",
    ),
    "completed": lambda: Empty(
        "circle-check", "Nothing finished yet", "What you complete or close is kept here.", "Back to my tasks",
        f"{reverse('inbox')}?view=mine",
    ),
    "all": lambda: Empty(
        "layers", "No open task", "There is no open work that you may see.", "Create a task", reverse("task-new"),
    ),
}  # fmt: skip
