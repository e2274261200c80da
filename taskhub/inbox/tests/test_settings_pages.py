from collections.abc import Callable

from django.test import Client

from accounts.models import User
from tasks.models import NotificationPreference
from tasks.notifications.bell import preferences

Browsers = Callable[[User], Client]


def test_people_say_how_they_are_called_and_how_pages_look(at_the_browser: Browsers, ana: User) -> None:
    browser = at_the_browser(ana)
    sent = {"name": "Ana D.", "timezone": "Asia/Kolkata", "theme": "dark"}
    assert browser.post("/settings/", sent)["Location"] == "/settings/"
    ana.refresh_from_db()
    assert (ana.name, ana.timezone, ana.theme, ana.shortcuts) == ("Ana D.", "Asia/Kolkata", "dark", False)
    page = browser.get("/inbox/").text
    assert '<html lang="en" data-theme="dark">' in page
    assert 'data-keys="off"' in page


def test_what_cannot_be_is_refused(at_the_browser: Browsers, ana: User) -> None:
    browser = at_the_browser(ana)
    for wrong in ({"name": ""}, {"timezone": "Mars/Olympus"}, {"theme": "pink"}):
        response = browser.post("/settings/", {"name": "Ana", "timezone": "", "theme": "light"} | wrong)
        assert response.status_code == 422
        assert "There is a problem" in response.text
    ana.refresh_from_db()
    assert ana.theme == "system"


def test_the_matrix_shows_the_defaults_and_keeps_what_differs(
    at_the_browser: Browsers, ana: User, actor_of: Callable
) -> None:
    browser = at_the_browser(ana)
    lines = browser.get("/settings/notifications/").context["lines"]
    ticked = {cell.value for line in lines for cell in line.cells if cell.checked}
    assert ticked == {":".join(key) for key, on in preferences(actor_of(ana)).items() if on}
    wanted = ticked - {"task_assigned:email:assignee"} | {"task_canceled:email:creator"}
    browser.post("/settings/notifications/", {"tell": sorted(wanted)})
    assert {":".join(key) for key, on in preferences(actor_of(ana)).items() if on} == wanted
    assert NotificationPreference.objects.count() == 2


def test_what_nobody_can_choose_is_left_alone(at_the_browser: Browsers, ana: User, actor_of: Callable) -> None:
    before = preferences(actor_of(ana))
    sent = [":".join(key) for key, on in before.items() if on] + ["task_assigned:pigeon:assignee", "x"]
    assert at_the_browser(ana).post("/settings/notifications/", {"tell": sent}).status_code == 302
    assert preferences(actor_of(ana)) == before
