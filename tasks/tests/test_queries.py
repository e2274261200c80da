"""The small reads that lists are made of: totals, tags, references, categories."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actor import Actor
from conftest import Cast
from tasks import inbox, queries
from tasks.commands import NewReference
from tasks.models import Category, Task

NewTask = Callable[..., Task]


def test_a_tag_finds_the_tasks_that_bear_it_whole(cast: Cast, new_task: NewTask) -> None:
    urgent = new_task(tags=["urgent", 'quo"te'])
    new_task(tags=["not urgent", "urgent 2"])
    new_task()
    for tag in ("urgent", 'quo"te'):
        assert list(Task.objects.filter(queries.tagged(tag))) == [urgent]
    assert not Task.objects.filter(queries.tagged("urg")).exists()
    assert Task.objects.exclude(queries.tagged("urgent")).count() == 2


@pytest.mark.parametrize("view", [view for view in inbox.VIEWS if view != "completed"])
def test_every_view_is_narrowed_by_a_tag(
    cast: Cast, new_task: NewTask, actor_of: Callable[..., Actor], view: str
) -> None:
    wanted, _ = (
        new_task(cast.ana, cast.sales, by=cast.ana, tags=[tag], watchers=[cast.ana.uuid]) for tag in ("yes", "no")
    )
    page = inbox.page(actor_of(cast.ana), view, now=timezone.now(), filters=inbox.Filters(tag="yes"))
    assert page.tasks == [wanted]


def test_a_reference_finds_the_tasks_of_its_organization(cast: Cast, new_task: NewTask) -> None:
    task = new_task(references=[NewReference("call", "c1"), NewReference("call", "c2")])
    new_task(references=[NewReference("fax", "c1")])
    new_task(by=cast.dan, project=cast.elsewhere, references=[NewReference("call", "c1")])
    assert list(Task.objects.filter(queries.about(cast.acme.pk, "call", "c1"))) == [task]


def test_an_organization_has_four_categories_until_it_names_its_own(cast: Cast) -> None:
    assert queries.categories(cast.acme.pk)["approve"] == ("Approve Document", "check")
    assert list(queries.categories(cast.acme.pk)) == ["sign", "approve", "update", "delete"]
    Category.objects.create(organization=cast.acme, slug="call", title="Call back", icon="phone")
    assert queries.categories(cast.acme.pk) == {"call": ("Call back", "phone")}
    assert len(queries.categories(cast.globex.pk)) == 4


def test_a_total_is_exact_up_to_its_cap_and_estimated_beyond(
    cast: Cast, new_task: NewTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        new_task()
    monkeypatch.setattr(queries, "COUNT_CAP", 4)
    assert queries.total(Task.objects.order_by("-id")) == (4, True)
    new_task()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    number, exact = queries.total(Task.objects.filter(state="pending").order_by("-id"))
    assert (number, exact) == (5, False)


def test_the_tasks_of_a_project_are_those_that_are_there(cast: Cast, new_task: NewTask) -> None:
    first, second = new_task(), new_task()
    new_task(project=cast.vault)
    assert list(queries.in_project(cast.project.pk, None)) == [second, first]
