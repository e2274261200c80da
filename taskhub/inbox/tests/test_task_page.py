from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Project, Team, User
from taskhub.inbox.tests.conftest import MakeTask
from tasks import commands
from tasks.commands import NewReference, NewShare
from tasks.models import Task

MOST_QUERIES = 20
Browsers = Callable[[User], Client]


def address(task: Task, rest: str = "") -> str:
    return f"/tasks/{task.uuid}/{rest}"


def buttons(response: object) -> dict[str, str]:
    """What is offered: code -> why not, empty where it is enabled."""
    detail = response.context["detail"]
    return {button.code: button.why_not for button in [*detail.work, *detail.manage]}


def test_everything_about_a_task_is_on_its_page(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User
) -> None:
    task = make_task(
        "Approve invoice 4711",
        ana,
        bo,
        description="Look at position 7.",
        category="approve",
        priority=4,
        due_at=timezone.now() - timedelta(hours=2),
        tags=["finance"],
        references=[NewReference("invoice", "4711", "Invoice 4711.pdf"), NewReference("call_id", "call-9")],
    )
    page = at_the_browser(ana).get(address(task)).text
    for text in (
        "Approve invoice 4711", "Look at position 7.", "Approve Document", "Urgent", "2 h late", "finance",
        "Invoice 4711.pdf", "Call id", "call-9", "Dorfman AG", "0 of 1", "Ana Diaz", "Bo Berg", "Cleo Stone",
        str(task.uuid),
    ):  # fmt: skip
        assert text in page, text


def test_my_share_comes_first_and_says_how_much_it_is(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User
) -> None:
    task = make_task("Shared", bo, ana)
    detail = at_the_browser(ana).get(address(task)).context["detail"]
    assert [(share.name, share.weight) for share in detail.shares] == [
        ("Ana Diaz", Decimal("0.5")),
        ("Bo Berg", Decimal("0.5")),
    ]
    assert detail.situation == "Your share is waiting for you."


def test_the_weight_bar_is_as_long_as_what_was_done(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User, bo: User, cleo: User
) -> None:
    task = make_task("Shared", ana, bo, cleo)
    commands.perform(actor=actor_of(bo), task=task.uuid)
    detail = at_the_browser(ana).get(address(task)).context["detail"]
    assert detail.meter.parts[0].state == "performed"
    assert detail.meter.parts[0].width == "33.333"
    assert sum(float(part.width) for part in detail.meter.parts) == pytest.approx(100, abs=0.01)
    assert "0.333 of 1" in at_the_browser(ana).get(address(task)).text


@pytest.mark.parametrize(
    ("who", "situation"),
    [
        ("ana", "This task is waiting for you."),
        ("bo", "Waiting for Ana Diaz."),
    ],
)
def test_the_page_says_whose_turn_it_is(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User, who: str, situation: str
) -> None:
    task = make_task("One of us", ana)
    browser = at_the_browser({"ana": ana, "bo": bo}[who])
    assert browser.get(address(task)).context["detail"].situation == situation


def test_a_task_of_my_team_can_be_claimed_and_says_so(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, sales: Team
) -> None:
    response = at_the_browser(ana).get(address(make_task("Ours", sales)))
    assert response.context["detail"].situation == "Not claimed yet: Sales Team can claim it."
    assert buttons(response)["claim"] == ""


def test_an_assignee_may_work_and_is_told_why_not_manage(
    at_the_browser: Browsers, make_task: MakeTask, ana: User
) -> None:
    response = at_the_browser(ana).get(address(make_task("Mine", ana)))
    offered = buttons(response)
    assert [code for code, why_not in offered.items() if not why_not] == ["complete", "start", "decline"]
    assert offered["cancel"] == "Only a manager or the task's creator may do this."
    assert offered["escalate"] == "Only a manager may do this."
    assert 'aria-disabled="true"' in response.text


def test_a_manager_may_manage_and_is_told_why_not_decline(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, cleo: User
) -> None:
    offered = buttons(at_the_browser(cleo).get(address(make_task("Ana's", ana))))
    assert offered["decline"] == "This task is not assigned to you."
    assert {code for code, why_not in offered.items() if not why_not} >= {"complete", "reassign", "cancel", "delete"}


def test_somebody_without_a_share_is_told_so(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User
) -> None:
    offered = buttons(at_the_browser(bo).get(address(make_task("Ana's", ana))))
    assert offered["complete"] == "This task is not assigned to you."
    assert not [code for code, why_not in offered.items() if not why_not]


def test_who_has_acted_is_told_so(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User, bo: User
) -> None:
    task = make_task("Shared", ana, bo)
    commands.perform(actor=actor_of(ana), task=task.uuid)
    response = at_the_browser(ana).get(address(task))
    assert buttons(response)["complete"] == "You have already done your share."
    assert response.context["detail"].situation == "You have acted. Waiting for Bo Berg."


def test_a_closed_task_offers_only_to_open_it_again(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User, cleo: User
) -> None:
    task = make_task("Done", ana)
    commands.complete(actor=actor_of(ana), task=task.uuid, resolution="All is well.")
    response = at_the_browser(cleo).get(address(task))
    assert set(buttons(response)) == {"reopen", "delete"}
    assert "Ana Diaz closed this task" in response.text
    assert "All is well." in response.text


@pytest.mark.parametrize(
    ("category", "label"), [("approve", "Approve"), ("sign", "Sign"), ("", "Complete"), ("unheard-of", "Complete")]
)
def test_finishing_is_called_what_the_category_calls_it(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User, category: str, label: str
) -> None:
    alone = at_the_browser(ana).get(address(make_task("Alone", ana, category=category)))
    shared = at_the_browser(ana).get(address(make_task("Shared", ana, bo, category=category)))
    assert alone.context["detail"].work[0].label == label
    assert shared.context["detail"].work[0].label == f"{label} my share"


def test_the_history_is_told_in_words(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User, bo: User, cleo: User, sales: Team
) -> None:
    task = make_task("Long story", sales)
    commands.claim(actor=actor_of(ana), task=task.uuid)
    commands.release(actor=actor_of(ana), task=task.uuid)
    commands.update(actor=actor_of(cleo), task=task.uuid, values={"priority": 3, "due_at": timezone.now()})
    commands.comment(actor=actor_of(bo), task=task.uuid, text="I am on leave\nuntil Monday.")
    commands.reassign(
        actor=actor_of(cleo), task=task.uuid, assignees=[NewShare(user=ana.uuid)], metadata={"reason": "Bo is on leave"}
    )
    commands.watch(actor=actor_of(bo), task=task.uuid)
    commands.decline(actor=actor_of(ana), task=task.uuid, reason="Not my field")
    told = [(entry.who, entry.what) for entry in at_the_browser(cleo).get(address(task)).context["detail"].entries]
    assert told == [
        ("Cleo Stone", "created the task for Sales Team"),
        ("Ana Diaz", "claimed it from Sales Team"),
        ("Ana Diaz", "gave it back to Sales Team"),
        ("Cleo Stone", "changed the due date and priority"),
        ("Bo Berg", "commented"),
        ("Cleo Stone", "reassigned the task from Sales Team to Ana Diaz"),
        ("Ana Diaz", "declined the task"),
    ]
    full = at_the_browser(cleo).get(address(task, "?tab=history"))
    assert ("Bo Berg", "is watching") in [(entry.who, entry.what) for entry in full.context["detail"].entries]
    for reason in ("Bo is on leave", "Not my field", "I am on leave<br>\nuntil Monday."):
        assert reason in full.text


def test_the_data_tab_shows_the_tasks_own_values(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    task = make_task("Raw", ana, metadata={"call": "<b>9</b>"})
    page = at_the_browser(ana).get(address(task, "?tab=data")).text
    assert "&quot;performed_weight&quot;: &quot;0.000000&quot;" in page
    assert "&lt;b&gt;9&lt;/b&gt;" in page


def test_what_people_write_is_text_and_never_markup(
    at_the_browser: Browsers, make_task: MakeTask, actor_of: Callable, ana: User
) -> None:
    task = make_task("<i>t</i>", ana, description='<img src=x onerror="x">', references=[NewReference("<k>", "<v>")])
    commands.comment(actor=actor_of(ana), task=task.uuid, text="<script>alert(1)</script> javascript:alert(2)")
    page = at_the_browser(ana).get(address(task)).text
    for markup in ("<i>t</i>", "<img src=x", "<k>", "<v>", "<script>alert", 'href="javascript'):
        assert markup not in page


def test_a_task_that_is_not_theirs_does_not_exist(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, bo: User, dan: User, cleo: User, vault: Project
) -> None:
    private = make_task("In the vault", place=vault)
    ours = make_task("Ours", ana)
    assert at_the_browser(dan).get(address(ours)).status_code == 404
    assert at_the_browser(bo).get(address(private)).status_code == 404
    assert at_the_browser(cleo).get(address(private)).status_code == 200
    missing = at_the_browser(ana).get(f"/tasks/{uuid4()}/")
    assert missing.status_code == 404
    assert "Page not found" in missing.text


def test_the_next_task_of_the_list_is_one_step_away(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    now = timezone.now()
    first, second = (make_task(f"Task {day}", ana, due_at=now + timedelta(days=day)) for day in (1, 2))
    browser = at_the_browser(ana)
    assert browser.get(address(first, "?view=mine")).context["next_url"] == address(second, "?view=mine")
    assert browser.get(address(second, "?view=mine")).context["next_url"] == address(first, "?view=mine")


def test_times_are_those_of_the_reader(at_the_browser: Browsers, make_task: MakeTask, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(timezone="Asia/Kolkata")
    ana.refresh_from_db()
    task = make_task("Zoned", ana, due_at=datetime(2031, 3, 17, 10, 30, tzinfo=UTC))
    assert "Mon 17 Mar 2031, 16:00 IST" in at_the_browser(ana).get(address(task)).text


def test_the_page_takes_few_queries_whatever_hangs_on_the_task(
    at_the_browser: Browsers,
    make_task: MakeTask,
    actor_of: Callable,
    ana: User,
    bo: User,
    cleo: User,
    django_assert_max_num_queries: Callable,
) -> None:
    task = make_task("Busy", ana, bo, cleo, references=[NewReference("k", str(n)) for n in range(30)])
    for number in range(20):
        commands.comment(actor=actor_of(bo), task=task.uuid, text=f"Number {number}")
    browser = at_the_browser(ana)
    browser.get(address(task))
    with django_assert_max_num_queries(MOST_QUERIES):
        browser.get(address(task, "?view=mine"))
