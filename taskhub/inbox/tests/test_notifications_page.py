from collections.abc import Callable

from django.test import Client

from accounts.models import User
from taskhub.inbox.tests.conftest import MakeTask
from tasks.models import Delivery

MOST_QUERIES = 10
Browsers = Callable[[User], Client]
Tell = Callable[[], None]


def test_people_are_told_in_words_why_and_where(
    at_the_browser: Browsers, make_task: MakeTask, tell: Tell, ana: User
) -> None:
    task = make_task("Verify contact data", ana)
    tell()
    page = at_the_browser(ana).get("/notifications/").text
    assert "Cleo Stone assigned you: Verify contact data" in page
    assert "You are told because you are assigned to it." in page
    assert f'href="/tasks/{task.uuid}/"' in page


def test_the_bell_counts_what_is_unread(at_the_browser: Browsers, make_task: MakeTask, tell: Tell, ana: User) -> None:
    for number in range(3):
        make_task(f"Task {number}", ana)
    tell()
    assert 'aria-label="Notifications, 3 unread"' in at_the_browser(ana).get("/inbox/").text


def test_opening_a_task_is_reading_what_was_told_of_it(
    at_the_browser: Browsers, make_task: MakeTask, tell: Tell, ana: User
) -> None:
    task = make_task("Read me", ana)
    make_task("Not me", ana)
    tell()
    browser = at_the_browser(ana)
    browser.get(f"/tasks/{task.uuid}/")
    assert [notice.text for notice in browser.get("/notifications/").context["notices"]] == [
        "Cleo Stone assigned you: Not me"
    ]


def test_one_or_all_can_be_marked_as_read(at_the_browser: Browsers, make_task: MakeTask, tell: Tell, ana: User) -> None:
    for number in range(3):
        make_task(f"Task {number}", ana)
    tell()
    browser = at_the_browser(ana)
    first = browser.get("/notifications/").context["notices"][0]
    browser.post("/notifications/read/", {"notice": str(first.id)})
    assert len(browser.get("/notifications/").context["notices"]) == 2
    browser.post("/notifications/read/")
    assert "Nothing new" in browser.get("/notifications/").text
    assert len(browser.get("/notifications/?show=all").context["notices"]) == 3


def test_nobody_marks_what_others_were_told(
    at_the_browser: Browsers, make_task: MakeTask, tell: Tell, ana: User, bo: User
) -> None:
    make_task("Ana's", ana)
    tell()
    told = Delivery.objects.get(user=ana, channel="in_app")
    at_the_browser(bo).post("/notifications/read/", {"notice": str(told.uuid)})
    at_the_browser(bo).post("/notifications/read/", {"notice": "nonsense"})
    at_the_browser(bo).post("/notifications/read/")
    told.refresh_from_db()
    assert told.read_at is None


def test_older_notices_are_a_page_further(at_the_browser: Browsers, make_task: MakeTask, tell: Tell, ana: User) -> None:
    for number in range(35):
        make_task(f"Task {number}", ana)
    tell()
    browser, url, seen = at_the_browser(ana), "/notifications/?show=all", []
    while url:
        response = browser.get(url)
        seen += [notice.text for notice in response.context["notices"]]
        url = response.context["pager"].older
    assert len(set(seen)) == 35


def test_a_page_takes_few_queries(
    at_the_browser: Browsers, make_task: MakeTask, tell: Tell, ana: User, django_assert_max_num_queries: Callable
) -> None:
    for number in range(30):
        make_task(f"Task {number}", ana)
    tell()
    browser = at_the_browser(ana)
    browser.get("/notifications/")
    with django_assert_max_num_queries(MOST_QUERIES):
        browser.get("/notifications/")
