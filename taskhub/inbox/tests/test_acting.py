from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team, User
from taskhub.inbox.doing import DOINGS
from taskhub.inbox.tests.conftest import MakeTask
from tasks import commands
from tasks.models import Event, Task

Browsers = Callable[[User], Client]


def act(browser: Client, task: Task, verb: str, query: str = "", **given: object) -> object:
    """What the button of that verb sends."""
    task.refresh_from_db()
    return browser.post(f"/tasks/{task.uuid}/{verb}/{query}", {"version": task.version, **given})


def toast(browser: Client, response: object) -> str:
    page = browser.get(response["Location"])
    return " ".join(str(message) for message in page.context["messages"])


@pytest.mark.parametrize("verb", DOINGS)
def test_every_verb_has_a_page_that_asks(at_the_browser: Browsers, make_task: MakeTask, cleo: User, verb: str) -> None:
    task = make_task("Asked", cleo)
    response = at_the_browser(cleo).get(f"/tasks/{task.uuid}/{verb}/")
    assert response.status_code == 200
    assert DOINGS[verb].question in response.text


def test_an_unknown_verb_does_not_exist(at_the_browser: Browsers, make_task: MakeTask, cleo: User) -> None:
    task = make_task("Asked", cleo)
    assert at_the_browser(cleo).get(f"/tasks/{task.uuid}/explode/").status_code == 404
    assert at_the_browser(cleo).post(f"/tasks/{task.uuid}/explode/").status_code == 404


def test_completing_leads_to_the_next_task_of_the_same_list(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    now = timezone.now()
    make_task("Low, first", ana, priority=1, due_at=now)
    first, second = (make_task(f"High {d}", ana, priority=3, due_at=now + timedelta(days=d)) for d in (1, 2))
    browser = at_the_browser(ana)
    response = act(browser, first, "complete", "?view=mine&priority=high", resolution="Fine.")
    assert response.status_code == 302
    assert response["Location"] == f"/tasks/{second.uuid}/?view=mine&priority=high"
    assert toast(browser, response) == "Done: High 1. This is the next one."
    first.refresh_from_db()
    assert (first.state, first.resolution) == ("completed", "Fine.")


def test_completing_the_last_one_leads_back_to_the_empty_list(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    task = make_task("Only one", ana)
    browser = at_the_browser(ana)
    response = act(browser, task, "complete", "?view=mine")
    assert response["Location"] == "/inbox/?view=mine"
    assert "All done" in browser.get(response["Location"]).text


def test_claiming_starting_and_giving_back_stay_on_the_task(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, sales: Team
) -> None:
    task = make_task("Ours", sales)
    browser = at_the_browser(ana)
    for verb, state in (("claim", "pending"), ("release", "pending"), ("start", "in_progress")):
        response = act(browser, task, verb, "?view=team")
        assert response["Location"] == f"/tasks/{task.uuid}/?view=team"
        task.refresh_from_db()
        assert task.state == state


def test_declining_needs_a_reason_and_keeps_it(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task = make_task("Unwanted", ana)
    browser = at_the_browser(ana)
    refused = act(browser, task, "decline", reason="  ")
    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    assert "There is a problem" in refused.text
    assert "Say why." in refused.text
    task.refresh_from_db()
    assert task.state == "pending"
    assert act(browser, task, "decline", reason="Not mine").status_code == 302
    task.refresh_from_db()
    assert task.state == "declined"
    assert Event.objects.get(task=task, type="share.declined").payload["reason"] == "Not mine"


@pytest.mark.parametrize(
    ("verb", "given", "state"), [("cancel", {"reason": "Obsolete"}, "canceled"), ("delete", {}, "canceled")]
)
def test_a_manager_ends_a_task(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, cleo: User, verb: str, given: dict, state: str
) -> None:
    task = make_task("To be ended", ana)
    assert act(at_the_browser(cleo), task, verb, "?view=created", **given)["Location"] == "/inbox/?view=created"
    task.refresh_from_db()
    assert task.state == state
    assert (task.deleted_at is not None) == (verb == "delete")


def test_reopening_makes_it_everyones_work_again(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User, cleo: User
) -> None:
    task = make_task("Again", ana)
    commands.complete(actor=actor_of(ana), task=task.uuid)
    act(at_the_browser(cleo), task, "reopen", reason="The customer called")
    task.refresh_from_db()
    assert task.state == "pending"


def test_reassigning_gives_what_is_missing_to_others(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User, cleo: User, sales: Team
) -> None:
    task = make_task("Hot potato", ana)
    browser = at_the_browser(cleo)
    form = browser.get(f"/tasks/{task.uuid}/reassign/").context["form"]
    assert form.initial["assignees"] == [f"user:{ana.uuid}"]
    nobody = act(browser, task, "reassign")
    assert nobody.status_code == 422
    assert "Choose at least one person or team." in nobody.text
    act(browser, task, "reassign", assignees=[f"user:{bo.uuid}", f"team:{sales.uuid}"], reason="Ana is ill")
    task.refresh_from_db()
    pending = task.assignments.filter(state="pending").order_by("id")
    assert [(share.user, share.team) for share in pending] == [(bo, None), (None, sales)]


def test_nobody_is_assigned_who_is_not_on_the_list(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, dan: User, cleo: User
) -> None:
    task = make_task("Ours", ana)
    for stranger in (f"user:{dan.uuid}", "user:nonsense", "nonsense"):
        assert act(at_the_browser(cleo), task, "reassign", assignees=[stranger]).status_code == 422


def test_editing_changes_what_it_says_and_nothing_else(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, cleo: User
) -> None:
    due = timezone.now().replace(second=0, microsecond=0) + timedelta(days=3)
    task = make_task("Old title", ana, description="One\nTwo", due_at=due, tags=["a", "b"], category="odd-one")
    browser = at_the_browser(cleo)
    form = browser.get(f"/tasks/{task.uuid}/update/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"title": "New title", "description": "One\r\nTwo", "tags": "a, b", "due_at": f"{due:%Y-%m-%dT%H:%M}"}
    assert act(browser, task, "update", **sent).status_code == 302
    assert list(Event.objects.get(task=task, type="task.updated").payload["fields"]) == ["title"]


def test_a_due_time_is_typed_in_the_readers_zone(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, cleo: User
) -> None:
    User.objects.filter(pk=cleo.pk).update(timezone="America/New_York")
    cleo.refresh_from_db()
    task = make_task("Zoned", ana)
    browser = at_the_browser(cleo)
    act(browser, task, "update", title="Zoned", priority=2, due_at="2031-07-01T09:00")
    task.refresh_from_db()
    assert task.due_at is not None
    assert task.due_at.isoformat() == "2031-07-01T13:00:00+00:00"
    assert 'value="2031-07-01T09:00"' in browser.get(f"/tasks/{task.uuid}/update/").text


def test_whoever_is_slower_learns_who_was_faster_and_loses_no_word(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User, bo: User, sales: Team
) -> None:
    task = make_task("Both want it", sales)
    commands.complete(actor=actor_of(bo), task=task.uuid)
    events = Event.objects.filter(task=task).count()
    response = at_the_browser(ana).post(f"/tasks/{task.uuid}/complete/", {"version": 1, "resolution": "My long note"})
    assert response.status_code == 409
    assert "Bo Berg completed the task (just now)." in response.text
    assert "Nothing of yours was changed." in response.text
    assert Event.objects.filter(task=task).count() == events


def test_a_change_in_the_meantime_is_shown_before_anything_is_done(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User, cleo: User
) -> None:
    task = make_task("Moving", ana)
    commands.update(actor=actor_of(cleo), task=task.uuid, values={"priority": 4})
    browser = at_the_browser(ana)
    response = browser.post(f"/tasks/{task.uuid}/complete/", {"version": 1, "resolution": "My long note"})
    assert response.status_code == 409
    assert "Cleo Stone changed the priority (just now)." in response.text
    assert "My long note</textarea>" in response.text
    task.refresh_from_db()
    assert task.state == "pending"
    again = browser.post(f"/tasks/{task.uuid}/complete/", {"version": task.version, "resolution": "My long note"})
    assert again.status_code == 302


def test_a_reason_survives_a_collision(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User, cleo: User
) -> None:
    task = make_task("Moving", ana)
    commands.update(actor=actor_of(cleo), task=task.uuid, values={"priority": 4})
    response = at_the_browser(ana).post(f"/tasks/{task.uuid}/decline/", {"version": 1, "reason": "A long reason"})
    assert response.status_code == 409
    assert "A long reason</textarea>" in response.text
    assert "Cleo Stone changed the priority" in response.text


def test_what_is_not_allowed_is_refused_also_without_a_button(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User
) -> None:
    task = make_task("Ana's", ana)
    for verb in ("complete", "cancel", "delete", "escalate", "start"):
        refused = act(at_the_browser(bo), task, verb)
        assert refused.status_code == 403
        assert "Nothing of yours was changed." in refused.text
        assert "Cleo Stone created the task (" not in refused.text
    task.refresh_from_db()
    assert (task.state, task.version) == ("pending", 1)


def test_another_organization_cannot_act(at_the_browser: Browsers, make_task: MakeTask, ana: User, dan: User) -> None:
    task = make_task("Ours", ana)
    for verb in DOINGS:
        assert act(at_the_browser(dan), task, verb, reason="x").status_code == 404


def test_the_same_form_sent_twice_acts_once(at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User) -> None:
    first, second = make_task("First", ana), make_task("Second", ana)
    browser = at_the_browser(ana)
    sent = {"version": 1, "once": "key-of-this-form"}
    answers = [browser.post(f"/tasks/{first.uuid}/complete/?view=mine", sent) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {f"/tasks/{second.uuid}/?view=mine"}
    assert Event.objects.filter(task=first, type="task.completed").count() == 1


def test_a_key_is_each_persons_own(at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User) -> None:
    task = make_task("Shared", ana, bo)
    for version, person in enumerate((ana, bo), start=1):
        at_the_browser(person).post(f"/tasks/{task.uuid}/complete/", {"version": version, "once": "same"})
    task.refresh_from_db()
    assert task.state == "completed"


def test_a_refused_form_may_be_sent_again_with_the_same_key(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    task = make_task("Picky", ana)
    browser = at_the_browser(ana)
    assert browser.post(f"/tasks/{task.uuid}/complete/", {"version": 9, "once": "k"}).status_code == 409
    assert browser.post(f"/tasks/{task.uuid}/complete/", {"version": 1, "once": "k"}).status_code == 302


def test_nothing_is_done_without_the_forms_token(make_task: MakeTask, ana: User) -> None:
    task = make_task("Protected", ana)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    for path in (
        f"/tasks/{task.uuid}/complete/",
        f"/tasks/{task.uuid}/comments/",
        "/tasks/new/",
        "/notifications/read/",
    ):
        response = browser.post(path, {"version": 1, "text": "x"})
        assert response.status_code == 403
        assert "Please send that again" in response.text
    task.refresh_from_db()
    assert task.state == "pending"
