from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actor import Role
from accounts.models import Membership, Project, Team, User
from tasks.models import Task

Browsers = Callable[[User], Client]


@pytest.fixture
def filled(project: Project) -> dict[str, object]:
    return {"title": "Order badges", "project": str(project.uuid), "priority": "3", "watch": "on"}


def test_a_task_is_created_as_it_was_filled_in(
    at_the_browser: Browsers, filled: dict[str, object], ana: User, bo: User, sales: Team
) -> None:
    browser = at_the_browser(ana)
    filled |= {
        "description": "Six of them.",
        "assignees": [f"user:{bo.uuid}", f"team:{sales.uuid}"],
        "category": "sign",
        "due_at": "2031-01-15T17:00",
        "tags": "office, badges, office",
    }
    response = browser.post("/tasks/new/", filled)
    task = Task.objects.get()
    assert response["Location"] == f"/tasks/{task.uuid}/?view=created"
    assert (task.title, task.source, task.priority, task.category) == ("Order badges", "inbox", 3, "sign")
    assert task.tags == ["office", "badges"]
    assert task.due_at is not None
    assert task.due_at.isoformat() == "2031-01-15T17:00:00+00:00"
    assert [(share.user, share.team) for share in task.assignments.order_by("id")] == [(bo, None), (None, sales)]
    assert [watcher.user for watcher in task.watchers.all()] == [ana]
    assert "Created: Order badges" in browser.get(response["Location"]).text


def test_what_is_missing_is_said_and_what_is_there_is_kept(
    at_the_browser: Browsers, filled: dict[str, object], ana: User
) -> None:
    filled |= {"title": "", "description": "Keep me", "due_at": "tomorrow"}
    response = at_the_browser(ana).post("/tasks/new/", filled)
    assert response.status_code == 422
    assert "<title>Error: New task" in response.text
    assert response.text.count("Say what is to be done.") == 2  # in the summary and at the field
    assert 'href="#id_title"' in response.text
    assert 'aria-describedby="id_title_error"' in response.text
    assert "Keep me</textarea>" in response.text
    assert not Task.objects.exists()


def test_the_form_sent_twice_creates_one_task(at_the_browser: Browsers, filled: dict[str, object], ana: User) -> None:
    browser = at_the_browser(ana)
    answers = [browser.post("/tasks/new/", filled | {"once": "k"})["Location"] for _ in range(2)]
    assert Task.objects.count() == 1
    assert len(set(answers)) == 1


def test_one_may_go_on_to_the_next_one(at_the_browser: Browsers, filled: dict[str, object], ana: User) -> None:
    assert at_the_browser(ana).post("/tasks/new/", filled | {"another": "yes"})["Location"] == "/tasks/new/"


def test_only_projects_and_people_of_the_own_organization_are_offered(
    at_the_browser: Browsers, filled: dict[str, object], ana: User, dan: User, vault: Project, elsewhere: Project
) -> None:
    browser = at_the_browser(ana)
    page = browser.get("/tasks/new/").text
    assert "Dorfman AG" in page
    for stranger in ("Vault", "Elsewhere", "Dan Novak"):
        assert stranger not in page
    for wrong in (
        {"project": str(vault.uuid)},
        {"project": str(elsewhere.uuid)},
        {"assignees": [f"user:{dan.uuid}"]},
    ):
        assert browser.post("/tasks/new/", filled | wrong).status_code == 422
    assert not Task.objects.exists()


def test_who_may_only_look_cannot_create(at_the_browser: Browsers, filled: dict[str, object], ana: User) -> None:
    Membership.objects.filter(user=ana).update(role=Role.VIEWER)
    browser = at_the_browser(ana)
    response = browser.post("/tasks/new/", filled)
    assert response.status_code == 403
    assert "You may look at tasks and not create any." in response.text
    assert "New task" not in browser.get("/inbox/").text


def test_a_link_may_fill_the_form_in(at_the_browser: Browsers, ana: User) -> None:
    assert 'value="Call &quot;Bo&quot;"' in at_the_browser(ana).get("/tasks/new/", {"title": 'Call "Bo"'}).text
