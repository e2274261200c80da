"""The rules' pages without scripts: list, log, dry run, on and off, and the builder."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts import commands as accounts
from accounts.actor import Actor, Role
from conftest import Cast
from tasks.models import Task
from workflows.models import AutomationRule

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
MakeRule = Callable[..., AutomationRule]
ESCALATE = {"type": "escalate"}


def typed(content: str) -> dict[str, Any]:
    """What a browser would send of the builder's form as it is shown, without a button."""
    form = re.search(r'<form method="post" class="builder".*?</form>', content, re.DOTALL)
    assert form, content[:2000]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            sent[name[1]] = unescape(value[1]) if value else "on"
    for name, inner in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL):
        sent[name] = unescape(inner.removeprefix("\n"))
    for name, inner in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner) or re.search(r'<option value="([^"]*)"', inner)
        sent[name] = chosen[1] if chosen else ""
    return sent


def page(browser: Client, path: str, status: int = 200) -> str:
    response = browser.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_a_manager_sees_the_rules_as_sentences(cast: Cast, rule: MakeRule, signed_in: SignIn) -> None:
    browser = signed_in(cast.cleo)
    assert "No rules yet" in page(browser, "/rules/")
    rule("task.overdue", ESCALATE, {"type": "add_tag", "tag": "late"}, name="Late work")
    rule("conversation_tag urgent", {"type": "create_task", "title": "Call", "assign": {"team": "sales"}})
    content = page(browser, "/rules/")
    assert "When a task becomes overdue, escalate it and tag it “late”." in content
    assert "When “conversation tag” is “urgent”, create “Call” for the team sales." in content
    assert 'aria-current="page"' in content


def test_rules_are_no_pages_for_members(cast: Cast, rule: MakeRule, signed_in: SignIn) -> None:
    row = rule("task.overdue", ESCALATE)
    browser = signed_in(cast.ana)
    for path in ("/rules/", "/rules/new/", f"/rules/{row.uuid}/", f"/rules/{row.uuid}/try/"):
        page(browser, path, 403)
    assert browser.post(f"/rules/{row.uuid}/off/").status_code == 403
    assert "/rules/" not in page(browser, "/inbox/")
    page(signed_in(cast.dan), f"/rules/{row.uuid}/", 404)


def test_a_rule_is_built_step_by_step_without_scripts(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(cast.cleo)
    sent = typed(page(browser, "/rules/new/")) | {"name": "Late work", "when": "task.overdue", "a0-type": "add_comment"}
    shown = browser.post("/rules/new/", sent | {"act": "show"}).content.decode()
    sent = typed(shown) | {"a0-text": "{{task.title}} is late.", "condition": "task.priority == 'high'"}
    assert (sent["name"], sent["when"]) == ("Late work", "task.overdue")
    shown = browser.post("/rules/new/", sent | {"act": "add"}).content.decode()
    sent = typed(shown) | {"a1-type": "assign"}
    sent = typed(browser.post("/rules/new/", sent | {"act": "show"}).content.decode()) | {"a1-to": "auto:sales"}
    saved = browser.post("/rules/new/", sent | {"act": "save"})
    row = AutomationRule.objects.get()
    assert saved.headers["Location"] == f"/rules/{row.uuid}/"
    assert row.document == {
        "name": "Late work",
        "trigger": {"type": "task.overdue", "value": ""},
        "condition": "task.priority == 'high'",
        "actions": [
            {"type": "add_comment", "text": "{{task.title}} is late."},
            {"type": "assign", "auto_assign": True, "team": "sales"},
        ],
    }
    assert (row.enabled, row.author) == (True, cast.cleo)


EVERYTHING = (
    {"type": "create_task", "title": "A", "description": "B\nC", "assign": {"users": ["ana", "bo"]},
     "priority": "high", "due_in": "PT5H", "tags": ["x", "y"], "project": "vault", "variables": {"n": 5, "t": "five"}},
    {"type": "assign", "assign": {"user": "ana"}},
    {"type": "set_priority", "priority": "low"},
    {"type": "set_due_date", "due_in": "P2D"},
    {"type": "add_comment", "text": "Hello"},
    {"type": "add_tag", "tags": ["a"]},
    {"type": "notify", "text": "Look", "assign": {"team": "sales"}},
    {"type": "escalate"},
)  # fmt: skip


@pytest.mark.parametrize("trigger", ["task.created", "rang loud", "schedule 0 8 * * 1-5"])
def test_saving_what_the_builder_shows_changes_nothing(
    cast: Cast, rule: MakeRule, signed_in: SignIn, trigger: str
) -> None:
    row = rule(trigger, *EVERYTHING, condition="now > timestamp('2026-01-01T00:00:00Z')", project=cast.project)
    browser = signed_in(cast.cleo)
    sent = typed(page(browser, f"/rules/{row.uuid}/edit/"))
    assert browser.post(f"/rules/{row.uuid}/edit/", sent | {"act": "save"}).status_code == 302
    after = AutomationRule.objects.get()
    assert after.document == row.document
    assert (after.project, after.version) == (cast.project, 2)


def test_an_action_is_taken_away(cast: Cast, rule: MakeRule, signed_in: SignIn) -> None:
    row = rule("task.created", *EVERYTHING[1:4])
    browser = signed_in(cast.cleo)
    sent = typed(page(browser, f"/rules/{row.uuid}/edit/"))
    sent = typed(browser.post(f"/rules/{row.uuid}/edit/", sent | {"act": "remove-1"}).content.decode())
    browser.post(f"/rules/{row.uuid}/edit/", sent | {"act": "save"})
    assert AutomationRule.objects.get().actions == [EVERYTHING[1], EVERYTHING[3]]


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(cast.cleo)
    sent = typed(page(browser, "/rules/new/"))
    sent |= {"name": "", "when": "schedule", "condition": "().__class__", "a0-title": "", "cron": "9**9"}
    response = browser.post("/rules/new/", sent | {"act": "save"})
    content = response.content.decode()
    assert response.status_code == 422
    assert "Error: New rule" in content
    for place in ("id_name", "id_condition", "id_cron", "id_a0-title"):
        assert f'href="#{place}"' in content
        assert f'id="{place}_error"' in content
    assert typed(content)["condition"] == "().__class__"
    assert not AutomationRule.objects.exists()


def test_the_same_form_sent_twice_makes_one_rule(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(cast.cleo)
    sent = typed(page(browser, "/rules/new/")) | {"name": "Once", "a0-title": "x", "act": "save"}
    places = {browser.post("/rules/new/", sent).headers["Location"] for _ in range(2)}
    assert len(places) == AutomationRule.objects.count() == 1


def test_a_change_that_somebody_else_came_before_is_refused(cast: Cast, rule: MakeRule, signed_in: SignIn) -> None:
    row = rule("task.created", ESCALATE)
    browser = signed_in(cast.cleo)
    sent = typed(page(browser, f"/rules/{row.uuid}/edit/")) | {"name": "Mine", "act": "save"}
    AutomationRule.objects.update(version=7)
    response = browser.post(f"/rules/{row.uuid}/edit/", sent)
    assert response.status_code == 409
    assert "Somebody changed this rule" in response.content.decode()
    assert typed(response.content.decode())["name"] == "Mine"


def test_the_builder_tries_a_rule_before_it_is_saved(cast: Cast, new_task: Any, signed_in: SignIn) -> None:
    new_task(cast.ana, title="Call Ms Ito")
    browser = signed_in(cast.cleo)
    sent = typed(page(browser, "/rules/new/")) | {"name": "x", "a0-title": "y"}
    content = browser.post("/rules/new/", sent | {"act": "try"}).content.decode()
    assert "It would have acted once, of one time that something set it off." in content
    assert "Call Ms Ito" in content
    assert not AutomationRule.objects.exists()


def test_a_dry_run_says_what_would_have_happened_and_why_not(
    cast: Cast, rule: MakeRule, new_task: Any, signed_in: SignIn
) -> None:
    new_task(cast.ana, priority=3)
    new_task(cast.ana, priority=1)
    row = rule("task.created", ESCALATE, condition="task.priority == 'high'", enabled=False)
    content = page(signed_in(cast.cleo), f"/rules/{row.uuid}/try/?days=30")
    assert "It would have acted once, of 2 times that something set it off." in content
    assert "Its condition was false." in content
    assert Task.objects.filter(escalation_level__gt=0).count() == 0


def test_the_log_shows_what_was_done_and_why_not(
    cast: Cast, rule: MakeRule, new_task: Any, settle: Any, signed_in: SignIn
) -> None:
    row = rule("task.created", {"type": "add_tag", "tag": "vip"}, condition="task.priority == 'high'")
    new_task(cast.ana, priority=3, title="Important")
    new_task(cast.ana, priority=1, title="Idle")
    settle()
    browser = signed_in(cast.cleo)
    content = page(browser, f"/rules/{row.uuid}/")
    assert "Add tags: <a" in content
    assert "Its condition was false." in content
    assert "Idle" not in page(browser, f"/rules/{row.uuid}/?show=fired")
    assert "Nothing in the log" in page(browser, f"/rules/{row.uuid}/?show=trouble")
    fragment = browser.get(f"/rules/{row.uuid}/", headers={"HX-Request": "true"}).content.decode()
    assert fragment.startswith('<section id="log"')


def test_a_rule_is_turned_off_and_on_and_deleted(cast: Cast, rule: MakeRule, signed_in: SignIn) -> None:
    row = rule("task.created", ESCALATE)
    browser = signed_in(cast.cleo)
    assert browser.get(f"/rules/{row.uuid}/off/").status_code == 405
    assert browser.post(f"/rules/{row.uuid}/off/", {"back": "list"}).headers["Location"] == "/rules/"
    assert not AutomationRule.objects.get().enabled
    browser.post(f"/rules/{row.uuid}/on/")
    assert AutomationRule.objects.get().enabled
    assert "Delete this rule?" in page(browser, f"/rules/{row.uuid}/delete/")
    browser.post(f"/rules/{row.uuid}/delete/", {"once": "k"})
    page(browser, f"/rules/{row.uuid}/", 404)
    page(browser, f"/rules/{row.uuid}/explode/", 404)


def test_a_rule_that_was_stopped_says_so(
    cast: Cast, rule: MakeRule, new_task: Any, settle: Any, signed_in: SignIn, person: Any
) -> None:
    row = rule("task.created", ESCALATE)
    mara = person("mara", cast.acme, Role.MANAGER)
    accounts.change_role(actor=Actor.system(cast.acme.pk), user_id=cast.cleo.pk, role=Role.MEMBER)
    new_task(cast.ana, by=cast.ana)
    settle()
    browser = signed_in(mara)
    assert "TaskHub turned it off. Cleo Stone: Only a manager" in page(browser, "/rules/")
    assert "Not allowed" in page(browser, f"/rules/{row.uuid}/")


def test_texts_of_rules_are_inert(cast: Cast, rule: MakeRule, new_task: Any, settle: Any, signed_in: SignIn) -> None:
    evil = "<script>alert(1)</script>"
    row = rule("task.created", {"type": "add_comment", "text": evil}, name=evil)
    new_task(cast.ana, title=evil)
    settle()
    browser = signed_in(cast.cleo)
    for path in ("/rules/", f"/rules/{row.uuid}/", f"/rules/{row.uuid}/edit/", f"/rules/{row.uuid}/try/"):
        assert evil not in page(browser, path)


def test_lists_ask_as_often_for_many_rules_as_for_one(
    cast: Cast, rule: MakeRule, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    browser = signed_in(cast.cleo)
    for number in range(12):
        rule("task.created", ESCALATE, name=f"Rule {number}")
    with django_assert_max_num_queries(12):
        page(browser, "/rules/")
