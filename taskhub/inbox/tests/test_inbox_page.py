import gzip
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Project, Team, User
from taskhub.inbox.tests.conftest import MakeTask
from tasks import commands

MOST_QUERIES = 12
Browsers = Callable[[User], Client]


def titles(response: object) -> list[str]:
    return [row.task.title for group in response.context["groups"] for row in group.rows]


def test_nobody_sees_anything_without_signing_in(client: Client, db: None) -> None:
    response = client.get("/inbox/?view=team")
    assert response.status_code == 302
    assert response["Location"] == "/signin/?next=/inbox/%3Fview%3Dteam"


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/inbox/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/signin/"


def test_the_root_leads_to_the_inbox(client: Client) -> None:
    assert client.get("/")["Location"] == "/inbox/"


def test_each_view_holds_its_own_work(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User, sales: Team
) -> None:
    make_task("Mine", ana)
    make_task("Of my team", sales)
    make_task("By me", bo, by=ana)
    make_task("Somebody else's", bo)
    browser = at_the_browser(ana)
    assert titles(browser.get("/inbox/")) == ["Mine"]
    assert titles(browser.get("/inbox/?view=team")) == ["Of my team"]
    assert titles(browser.get("/inbox/?view=created")) == ["By me"]
    assert len(titles(browser.get("/inbox/?view=all"))) == 4


def test_what_i_finished_is_kept_under_completed(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, actor_of: Callable
) -> None:
    task = make_task("Finished", ana)
    commands.complete(actor=actor_of(ana), task=task.uuid)
    browser = at_the_browser(ana)
    assert titles(browser.get("/inbox/")) == []
    assert titles(browser.get("/inbox/?view=completed")) == ["Finished"]


def test_counts_stand_beside_the_views(at_the_browser: Browsers, make_task: MakeTask, ana: User, sales: Team) -> None:
    for number in range(3):
        make_task(f"Mine {number}", ana)
    make_task("Team's", sales)
    views = {view.label: str(view.count) for view in at_the_browser(ana).get("/inbox/").context["shell"].views}
    assert views["My tasks"] == "3"
    assert views["My teams"] == "1"


def test_work_stands_under_the_group_of_its_due_date(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    now = timezone.now()
    make_task("Some day", ana)
    make_task("Late", ana, due_at=now - timedelta(hours=2))
    make_task("Far", ana, due_at=now + timedelta(days=30))
    groups = at_the_browser(ana).get("/inbox/").context["groups"]
    assert [(group.title, [row.task.title for row in group.rows]) for group in groups] == [
        ("Overdue", ["Late"]),
        ("Later", ["Far"]),
        ("No date", ["Some day"]),
    ]


def test_filters_narrow_the_list_and_each_can_be_taken_back(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    make_task("Urgent signature", ana, priority=4, category="sign")
    make_task("Urgent approval", ana, priority=4, category="approve")
    make_task("Low signature", ana, priority=1, category="sign")
    response = at_the_browser(ana).get("/inbox/?priority=urgent&category=sign")
    assert titles(response) == ["Urgent signature"]
    chips = {chip.label: chip.url for chip in response.context["bar"].chips}
    assert chips == {"Priority": "view=mine&category=sign", "Category": "view=mine&priority=urgent"}
    assert response.context["bar"].clear == "view=mine"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=ALPHA", ["Alpha"]),
        ("overdue=yes", ["Beta"]),
        ("state=in_progress", ["Gamma"]),
        ("source=inbox&sort=newest", ["Gamma", "Beta", "Alpha"]),
        ("source=intake", []),
        ("tag=red", ["Alpha"]),
        ("sort=priority", ["Gamma", "Beta", "Alpha"]),
    ],
)
def test_every_filter_and_order_does_what_it_says(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, actor_of: Callable, query: str, expected: list[str]
) -> None:
    make_task("Alpha", ana, priority=1, tags=["red"])
    make_task("Beta", ana, priority=3, due_at=timezone.now() - timedelta(hours=1))
    gamma = make_task("Gamma", ana, priority=4)
    commands.start(actor=actor_of(ana), task=gamma.uuid)
    assert titles(at_the_browser(ana).get(f"/inbox/?{query}")) == expected


def test_a_project_that_is_not_theirs_does_not_exist(at_the_browser: Browsers, ana: User, vault: Project) -> None:
    assert at_the_browser(ana).get(f"/inbox/?project={vault.uuid}").status_code == 404
    assert at_the_browser(ana).get("/inbox/?project=nonsense").status_code == 404


def test_a_team_has_a_list_of_its_own_for_its_members(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, dan: User, sales: Team, acme: Organization
) -> None:
    legal = Team.objects.create(organization=acme, name=Team.group_name(acme, "legal"), slug="legal", title="Legal")
    make_task("For sales", sales)
    make_task("For legal", legal)
    assert titles(at_the_browser(ana).get("/inbox/?view=team&team=sales")) == ["For sales"]
    assert at_the_browser(ana).get("/inbox/?view=team&team=legal").status_code == 404
    assert at_the_browser(dan).get("/inbox/?view=team&team=sales").status_code == 404


def test_pages_follow_each_other_without_gap_or_repetition(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    now = timezone.now()
    for number in range(60):
        make_task(f"Task {number:02}", ana, due_at=now + timedelta(days=1 + number // 7))
    browser, url, seen = at_the_browser(ana), "/inbox/", []
    while url:
        response = browser.get(url)
        seen += titles(response)
        url = response.context["pager"].older
    assert len(seen) == 60
    assert len(set(seen)) == 60


def test_a_cursor_that_is_none_gives_the_first_page(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    make_task("Here", ana)
    for nonsense in ("x", "[]", '["a"]', "[1,2,3,4,5]", "{}", "null", "%00"):
        assert titles(at_the_browser(ana).get("/inbox/", {"after": nonsense})) in (["Here"], [])


def test_htmx_gets_the_list_alone_and_back_gets_the_page(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    make_task("Row", ana, priority=4)
    browser = at_the_browser(ana)
    part = browser.get("/inbox/?view=mine&priority=urgent&q=", headers={"HX-Request": "true"})
    assert part.content.startswith(b'<section class="list" id="list"')
    assert part["HX-Push-Url"] == "/inbox/?view=mine&priority=urgent"
    back = browser.get("/inbox/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert back.content.startswith(b"<!doctype html>")
    assert {"HX-Request", "HX-History-Restore-Request"} <= {name.strip() for name in part["Vary"].split(",")}


def test_no_cache_keeps_a_page(at_the_browser: Browsers, ana: User) -> None:
    assert at_the_browser(ana).get("/inbox/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "All done"),
        ("view=team", "Nothing to claim"),
        ("view=created", "No open task of yours"),
        ("view=watching", "You are not watching anything"),
        ("view=completed", "Nothing finished yet"),
        ("view=all", "No open task"),
        ("priority=high", "No task matches"),
    ],
)
def test_an_empty_list_says_why_and_what_to_do(at_the_browser: Browsers, ana: User, query: str, title: str) -> None:
    response = at_the_browser(ana).get(f"/inbox/?{query}")
    assert title in response.text
    assert response.text.count("btn btn--primary") == 2  # the one of the empty list, and "New task" in the header


def test_what_the_bell_speaks_of_is_marked_in_the_list(
    at_the_browser: Browsers, make_task: MakeTask, tell: Callable[[], None], ana: User
) -> None:
    task = make_task("New for you", ana)
    tell()
    browser = at_the_browser(ana)
    assert b"row--unread" in browser.get("/inbox/").content
    browser.get(reverse("task", args=[task.uuid]))
    assert b"row--unread" not in browser.get("/inbox/").content


def test_nothing_of_another_organization_shows(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, dan: User
) -> None:
    make_task("Acme's secret", ana)
    for view in ("mine", "team", "created", "watching", "completed", "all"):
        assert titles(at_the_browser(dan).get(f"/inbox/?view={view}")) == []


def test_titles_are_text_and_never_markup(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    make_task("<script>alert(1)</script>", ana)
    page = at_the_browser(ana).get("/inbox/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("rows", [1, 25])
def test_a_page_takes_few_queries_whatever_the_number_of_rows(
    at_the_browser: Browsers,
    make_task: MakeTask,
    ana: User,
    bo: User,
    sales: Team,
    django_assert_max_num_queries: Callable,
    rows: int,
) -> None:
    for number in range(rows):
        make_task(f"Task {number}", ana, bo, sales, weight=Decimal(3))
    browser = at_the_browser(ana)
    browser.get("/inbox/")
    with django_assert_max_num_queries(MOST_QUERIES):
        browser.get("/inbox/")
    with django_assert_max_num_queries(MOST_QUERIES):
        browser.get("/inbox/?view=team&priority=medium&q=task&sort=priority")


def test_a_full_page_stays_light(at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User) -> None:
    for number in range(30):
        make_task(f"Check the account statement number {number} of the customer", ana, bo, due_at=timezone.now())
    page = at_the_browser(ana).get("/inbox/").content
    assert len(page) <= 60_000
    assert len(gzip.compress(page)) <= 12_000
