"""Forms: what is shown of each type of field, what is prefilled, and how wrong answers are named."""

from typing import Any

import pytest

from tasks.models import Task
from workflows.models import StepRun, WorkflowInstance

from .conftest import Start, Worker, address, open_tasks, wrong

FIELDS = [
    {"id": "f_1", "name": "remark", "type": "text", "label": "Remark", "help": "Be brief.", "min": 2, "max": 20},
    {"name": "amount", "type": "number", "required": True, "min": 0, "max": 1000.5, "prefill": "amount"},
    {"name": "day", "type": "date", "min": "2026-01-01", "default": "2026-03-31"},
    {"name": "agreed", "type": "boolean", "required": True},
    {"name": "size", "type": "select", "options": ["S", {"value": "L", "label": "Large"}]},
    {"name": "receipt", "type": "file"},
]
DOCUMENT = {
    "key": "form",
    "name": "Form",
    "steps": [
        {"key": "ask", "name": "Ask", "assign": {"user": "ana"}, "fields": FIELDS, "next": "check"},
        {"key": "check", "name": "Check", "assign": {"user": "bo"}},
    ],
}
ANSWERS = {"remark": "Fine", "amount": 12.5, "day": "2026-04-01", "agreed": False, "size": "L", "receipt": "att_1"}


@pytest.fixture
def form(publish: Any, start: Start) -> WorkflowInstance:
    publish(DOCUMENT)
    return start("form", variables={"amount": 70})


@pytest.fixture
def asked(form: WorkflowInstance) -> Task:
    [task] = open_tasks(form)
    return task


def test_a_field_of_each_type_with_what_a_client_needs_to_show_it(ana_works: Worker, asked: Task) -> None:
    assert ana_works.detail(asked)["fields"] == [
        {"id": "f_1", "name": "remark", "type": "text", "required": False, "value": None,
         "label": "Remark", "help": "Be brief.", "min": 2, "max": 20},
        {"id": "amount", "name": "amount", "type": "number", "required": True, "value": 70, "min": 0, "max": 1000.5},
        {"id": "day", "name": "day", "type": "date", "required": False, "value": "2026-03-31", "min": "2026-01-01"},
        {"id": "agreed", "name": "agreed", "type": "boolean", "required": True, "value": None},
        {"id": "size", "name": "size", "type": "select", "required": False, "value": None,
         "options": [{"value": "S", "label": "S"}, {"value": "L", "label": "Large"}]},
        {"id": "receipt", "name": "receipt", "type": "file", "required": False, "value": None},
    ]  # fmt: skip


def test_what_was_answered_is_shown_and_leads_on(ana_works: Worker, bo_works: Worker, form: Any, asked: Task) -> None:
    answer = ana_works.complete(asked, "completed", ANSWERS)
    assert answer.json()["data"]["next_steps"] == ["Check"]
    values = {field["name"]: field["value"] for field in ana_works.detail(asked)["fields"]}
    assert values == ANSWERS
    [check] = open_tasks(form)
    assert bo_works.detail(check)["previous_steps_data"][0]["captured_data"] == ANSWERS


def test_what_is_not_answered_is_null_or_its_default(ana_works: Worker, asked: Task, form: WorkflowInstance) -> None:
    assert ana_works.complete(asked, "completed", {"amount": 0, "agreed": True}).status_code == 200
    kept = StepRun.objects.get(instance=form, step="ask").form_data
    assert kept == {"remark": None, "amount": 0, "day": "2026-03-31", "agreed": True, "size": None, "receipt": None}


WRONG: list[tuple[str, Any]] = [
    ("remark", 5), ("remark", "x"), ("remark", "x" * 21), ("remark", ["x"]),
    ("amount", None), ("amount", "12"), ("amount", True), ("amount", -1), ("amount", 1000.6),
    ("day", "31.3.2026"), ("day", "2025-12-31"), ("day", "2026-W10-1"), ("day", 20260401), ("day", "2026-02-30"),
    ("agreed", None), ("agreed", "yes"), ("agreed", 1),
    ("size", "M"), ("size", "l"), ("size", 1), ("size", ["S"]),
    ("receipt", 7), ("receipt", "x" * 201), ("receipt", {}),
    ("colour", "red"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG, ids=str)
def test_a_wrong_answer_is_named(ana_works: Worker, asked: Task, name: str, value: Any) -> None:
    response = ana_works.complete(asked, "completed", ANSWERS | {name: value})
    assert wrong(response, 400, "VALIDATION_ERROR") == [f"captured_data.{name}"]
    assert response.json()["error"]["details"][0]["message"]
    assert Task.objects.get(pk=asked.pk).state == "pending"


def test_all_wrong_answers_are_named_at_once(ana_works: Worker, asked: Task) -> None:
    given = {"remark": 5, "day": "x", "agreed": None, "more": 1}
    fields = wrong(ana_works.complete(asked, "completed", given), 400, "VALIDATION_ERROR")
    assert fields == [f"captured_data.{name}" for name in ("remark", "amount", "day", "agreed", "more")]


def test_the_form_that_was_refused_can_be_sent_again(ana_works: Worker, asked: Task) -> None:
    url, key = f"{address(asked)}/complete", {"Idempotency-Key": "k"}
    refused = ana_works.post(url, {"result_code": "completed", "captured_data": {}}, **key)
    assert refused.status_code == 400
    assert ana_works.post(url, {"result_code": "completed", "captured_data": ANSWERS}, **key).status_code == 200


def test_a_field_may_have_a_name_with_a_number_in_it(ana_works: Worker, publish: Any, start: Start) -> None:
    step = {"key": "a", "name": "A", "assign": {"user": "ana"}, "fields": [{"name": "f1", "required": True}]}
    publish({"key": "numbered", "name": "Numbered", "steps": [step]})
    [task] = open_tasks(start("numbered"))
    assert wrong(ana_works.complete(task, "completed"), 400, "VALIDATION_ERROR") == ["captured_data.f1"]
