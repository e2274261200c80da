"""What tests of tasks with forms share: questions of every type, and how a browser sends the answers."""

from typing import Any

from django.test import Client

from taskhub.inbox.forms.answers import PREFIX
from tasks.domain.form import Field, FieldType, Option
from tasks.domain.results import Result
from tasks.models import Task

YES, NO = Result("yes", "Approve it"), Result("no", "Send it back")
EVERY_TYPE = (
    Field("t", "title_of_it", FieldType.TEXT, label="Title of it", required=True, min=3, max=20),
    Field("n", "amount", FieldType.NUMBER, min=0, max=100),
    Field("d", "day", FieldType.DATE, min="2026-01-01"),
    Field("b", "agreed", FieldType.BOOLEAN, required=True, help="Ask them."),
    Field("s", "colour", FieldType.SELECT, options=(Option("r", "Red"), Option("b", "Blue"))),
    Field("f", "receipt", FieldType.FILE),
)
GOOD = {"title_of_it": "Some title", "amount": "12.5", "day": "2026-03-31", "agreed": "true", "colour": "b"}


def sent(**given: Any) -> dict[str, Any]:
    return {PREFIX + name.replace("_file", "-file"): value for name, value in given.items()}


def complete(browser: Client, task: Task, outcome: str = "", query: str = "", **given: Any) -> Any:
    task.refresh_from_db()
    data = {"version": task.version, "outcome": outcome, **given}
    return browser.post(f"/tasks/{task.uuid}/complete/{query}", data)
