"""The editor from the server's side: what is sent, kept, refused and saved."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from taskhub.processes.definitions import editing, source
from taskhub.processes.definitions.tests.conftest import LEAVE
from taskhub.processes.definitions.tests.test_working import form
from taskhub.processes.definitions.working import begun
from workflows import commands
from workflows.models import WorkflowDefinition

Browsers = Callable[[User], Client]
Make = Callable[..., WorkflowDefinition]
HTMX = {"HX-Request": "true"}


def sent(document: Any, opened: int | None = None, view: str = "form", **typed: Any) -> dict[str, Any]:
    """The editor's form with this document in it, and what was typed."""
    return {**form(begun(document, opened, view)), **{name.replace("__", "."): value for name, value in typed.items()}}


def kept(page: str) -> Any:
    """The document that travels with the page."""
    found = re.search(r'<textarea name="source" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return json.loads(html.unescape(found[1]))


def test_a_workflow_is_written_from_the_example_saved_and_found(
    at_the_browser: Browsers, cleo: User, actor_of: Callable[..., Any]
) -> None:
    browser = at_the_browser(cleo)
    page = browser.get("/workflows/_new/")
    assert kept(page.text) == editing.EXAMPLE
    assert "Give it a name and a key" in page.text
    assert "must not be empty" not in page.text
    assert "This is missing." in browser.post("/workflows/_new/", sent(editing.EXAMPLE, do="check")).text
    answer = browser.post("/workflows/_new/", sent(editing.EXAMPLE, name="Trip", key="trip", do="save", base="0"))
    assert answer["Location"] == "/workflows/trip/edit/?"
    row = WorkflowDefinition.objects.get()
    assert (row.key, row.name, row.version, row.status) == ("trip", "Trip", 1, "draft")
    assert row.document["steps"] == editing.EXAMPLE["steps"]
    assert "Saved as the draft of version 1." in browser.get(answer["Location"]).text


def test_a_document_with_faults_is_kept_and_not_saved(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    data = sent(LEAVE, 1, due_in="soon", name="", do="save", base="1") | {"results[0].next[0].step": "zz"}
    answer = at_the_browser(cleo).post("/workflows/leave/edit/", data)
    assert answer.status_code == 422
    assert "<title>Error: Edit Holidays" in answer.text
    assert kept(answer.text)["steps"][1]["due_in"] == "soon"
    assert 'value="soon"' in answer.text
    assert 'href="#f-due-in"' in answer.text
    assert 'aria-describedby="f-due-in_helptext f-due-in_error" aria-invalid="true"' in answer.text
    assert "Due in: is not an ISO 8601 duration" in answer.text
    assert "There is no step" in answer.text
    assert "zz (unknown)" in answer.text
    assert WorkflowDefinition.objects.get().document == LEAVE


def test_a_check_redraws_and_saves_nothing(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    answer = at_the_browser(cleo).post("/workflows/leave/edit/", sent(LEAVE, 0, name="Ask nicely", do="check"))
    assert answer.status_code == 200
    assert "Ask nicely</text>" in answer.text or "Ask nicely" in answer.text
    assert "No faults" in answer.text
    assert WorkflowDefinition.objects.get().document == LEAVE


def test_while_one_types_only_what_shows_the_faults_is_sent(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    data = sent(LEAVE, 1, due_in="soon", do="check")
    answer = at_the_browser(cleo).post("/workflows/leave/edit/?preview=yes", data, headers=HTMX)
    assert answer.status_code == 200
    assert "<textarea" not in answer.text
    assert 'name="due_in"' not in answer.text
    assert '<p class="field__error" id="f-due-in_error" hx-swap-oob="true">' in answer.text
    assert '<p class="field__error" id="f-name_error" hx-swap-oob="true" hidden></p>' in answer.text
    assert "1 thing to mend" in answer.text


def test_with_scripts_the_form_alone_is_swapped_and_saving_goes_on(
    at_the_browser: Browsers, draft: Make, cleo: User
) -> None:
    draft(LEAVE)
    browser = at_the_browser(cleo)
    part = browser.post("/workflows/leave/edit/", sent(LEAVE, 0, do="open:1"), headers=HTMX)
    assert "<html" not in part.text
    assert 'id="editor"' in part.text
    saved = browser.post("/workflows/leave/edit/", sent(LEAVE, 2, name="Board", do="save", base="1"), headers=HTMX)
    assert saved["HX-Redirect"] == "/workflows/leave/edit/?open=2"
    assert WorkflowDefinition.objects.get().document["steps"][2]["name"] == "Board"


def test_two_editors_the_second_learns_who_was_first_and_keeps_the_text(
    at_the_browser: Browsers, draft: Make, publish: Make, cleo: User, ana: User, cast: Any
) -> None:
    publish(LEAVE)
    cast.acme.memberships.filter(user=ana).update(role=3)
    browser = at_the_browser(cleo)
    mine = sent(LEAVE, 0, name="Mine", do="save", base="0")
    theirs = {**LEAVE, "name": "Theirs"}
    draft(theirs, by=ana)
    answer = browser.post("/workflows/leave/edit/", mine)
    assert answer.status_code == 409
    assert "Ana Diaz saved this draft while you were writing" in answer.text
    assert kept(answer.text)["steps"][0]["name"] == "Mine"
    row = WorkflowDefinition.objects.get(status="draft")
    assert row.name == "Theirs"
    assert f'name="base" value="{row.revision}"' in answer.text
    again = browser.post("/workflows/leave/edit/", {**mine, "base": str(row.revision)})
    assert again.status_code == 302
    row.refresh_from_db()
    assert row.document["steps"][0]["name"] == "Mine"


def test_a_key_that_another_workflow_has_makes_no_new_one(at_the_browser: Browsers, publish: Make, cleo: User) -> None:
    publish(LEAVE)
    answer = at_the_browser(cleo).post("/workflows/_new/", sent({**LEAVE, "name": "Mine"}, do="save", base="0"))
    assert answer.status_code == 422
    assert "is the key of another workflow" in answer.text
    assert WorkflowDefinition.objects.count() == 1


def test_the_key_of_a_workflow_stays(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    browser = at_the_browser(cleo)
    assert re.search(r'name="key" value="leave" readonly', browser.get("/workflows/leave/edit/").text)
    text = source.write({**LEAVE, "key": "other"})
    answer = browser.post("/workflows/leave/edit/", {"view": "yaml", "text": text, "do": "save", "base": "1"})
    assert answer.status_code == 422
    assert "stays" in answer.text
    assert WorkflowDefinition.objects.get().key == "leave"


def test_yaml_that_cannot_be_read_stays_and_is_named_by_its_line(
    at_the_browser: Browsers, draft: Make, cleo: User
) -> None:
    draft(LEAVE)
    text = "key: leave\nname: [Leave\n"
    for do, status in (("check", 200), ("save", 422), ("form", 200)):
        answer = at_the_browser(cleo).post("/workflows/leave/edit/", {"view": "yaml", "text": text, "do": do})
        assert answer.status_code == status
        assert f"{html.escape(text)}</textarea>" in answer.text
        assert "line 3" in answer.text or "line 2" in answer.text


def test_the_whole_is_saved_as_yaml_and_stays_there(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    text = source.write({**LEAVE, "name": "Days off"})
    answer = at_the_browser(cleo).post(
        "/workflows/leave/edit/", {"view": "yaml", "text": text, "do": "save", "base": "1"}
    )
    assert answer["Location"] == "/workflows/leave/edit/?view=yaml"
    assert WorkflowDefinition.objects.get().name == "Days off"


def test_a_form_sent_twice_saves_once(at_the_browser: Browsers, cleo: User) -> None:
    browser = at_the_browser(cleo)
    data = sent(editing.EXAMPLE, name="Trip", key="trip", do="save", base="0", once="k")
    answers = [browser.post("/workflows/_new/", data) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == ["/workflows/trip/edit/?"] * 2
    assert WorkflowDefinition.objects.get().revision == 1


def test_saving_leads_on_to_publishing(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    answer = at_the_browser(cleo).post("/workflows/leave/edit/", sent(LEAVE, name="New", do="publish", base="1"))
    assert answer["Location"] == "/workflows/leave/v1/publish/"


def test_a_draft_begins_as_any_version(at_the_browser: Browsers, publish: Make, cleo: User) -> None:
    publish(LEAVE)
    publish({**LEAVE, "name": "Second"})
    browser = at_the_browser(cleo)
    assert kept(browser.get("/workflows/leave/edit/").text)["name"] == "Second"
    page = browser.get("/workflows/leave/edit/?from=1").text
    assert kept(page)["name"] == "Holidays"
    assert "Will be version 3." in page


def test_names_that_can_be_given_work_are_suggested(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    page = at_the_browser(cleo).get("/workflows/leave/edit/?open=1").text
    assert '<option value="sales">Sales Team (team)</option>' in page
    assert '<option value="bo">Bo Berg</option>' in page
    assert "dan" not in re.findall(r'<option value="(\w+)">', page)


def test_processors_that_are_known_are_suggested_beside_who_reviews(
    at_the_browser: Browsers, draft: Make, cleo: User
) -> None:
    step = {"key": "read", "type": "automatic", "processor": "text", "rules": [{"must": "total > 0"}]}
    draft({"key": "papers", "name": "Papers", "steps": [step | {"fields": [{"name": "total"}]}]})
    browser = at_the_browser(cleo)
    page = browser.get("/workflows/papers/edit/?open=0").text
    for words in (
        '<option value="classify">',
        'value="total &gt; 0"',
        "What people read",
        '<option value="bo">Bo Berg',
    ):
        assert words in page, words


def test_faults_of_people_and_teams_stand_at_their_inputs(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    draft(LEAVE)
    data = sent(LEAVE, 1, do="save", base="1") | {"assign.names": "nobody"}
    answer = at_the_browser(cleo).post("/workflows/leave/edit/", data)
    assert 'href="#f-assign-names"' in answer.text
    assert "There is no team &#x27;nobody&#x27;." in answer.text


def test_only_managers_write(at_the_browser: Browsers, publish: Make, ana: User) -> None:
    publish(LEAVE)
    for path in ("/workflows/_new/", "/workflows/leave/edit/"):
        assert at_the_browser(ana).get(path).status_code == 403
        assert at_the_browser(ana).post(path, sent(LEAVE, do="save")).status_code == 403
    assert WorkflowDefinition.objects.get().name == "Holidays"


@pytest.mark.parametrize(
    "data", [{}, {"view": "form"}, {"view": "form", "source": "{"}, {"do": "save", "source": "[]"}]
)
def test_a_form_that_no_browser_sends_is_refused(
    at_the_browser: Browsers, draft: Make, cleo: User, data: dict[str, str]
) -> None:
    draft(LEAVE)
    assert at_the_browser(cleo).post("/workflows/leave/edit/", data).status_code == 400


def test_text_that_looks_like_markup_is_text(at_the_browser: Browsers, draft: Make, cleo: User) -> None:
    evil = "</textarea><script>alert(1)</script>"
    draft({**LEAVE, "description": evil, "steps": [{"key": "a", "name": evil, "description": evil}]})
    browser = at_the_browser(cleo)
    for path in ("edit/", "edit/?open=0", "edit/?view=yaml", "v1/", "v1/?tab=steps", "v1/?tab=source", "difference/"):
        assert "<script>alert" not in browser.get(f"/workflows/leave/{path}").text, path


@pytest.mark.parametrize("opened", [None, 1])
def test_what_the_editor_costs(
    at_the_browser: Browsers, draft: Make, cleo: User, opened: int | None, django_assert_max_num_queries: Any
) -> None:
    draft(LEAVE)
    browser = at_the_browser(cleo)
    browser.get("/workflows/leave/edit/")
    with django_assert_max_num_queries(12):
        browser.get(f"/workflows/leave/edit/{'' if opened is None else f'?open={opened}'}")
    with django_assert_max_num_queries(12):
        browser.post("/workflows/leave/edit/", sent(LEAVE, opened, do="check"))


def test_a_thousand_steps_are_edited_without_a_thousand_forms(
    at_the_browser: Browsers, cleo: User, actor_of: Callable[..., Any]
) -> None:
    steps: list[dict[str, Any]] = [
        {"key": f"s{number}", "name": f"Step {number}", "assign": {"user": "ana"}, "next": f"s{number + 1}"}
        for number in range(999)
    ]
    document = {"key": "long", "name": "Long", "steps": [*steps, {"key": "s999", "name": "Last"}]}
    commands.save_draft(actor=actor_of(cleo), document=document)
    browser = at_the_browser(cleo)
    page = browser.get("/workflows/long/edit/?open=500").text
    assert page.count('class="outline__row"') == 51
    assert "easier to write as YAML" in page
    assert len(page) - len(json.dumps(document)) * 2 < 400_000
    answer = browser.post("/workflows/long/edit/", sent(document, 500, name="Middle", do="save", base="1"))
    assert answer["Location"] == "/workflows/long/edit/?open=500"
    assert WorkflowDefinition.objects.get().document["steps"][500]["name"] == "Middle"
