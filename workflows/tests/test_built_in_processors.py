"""The processors that TaskHub brings along, at work in a pipeline on real files."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.actor import Actor
from conftest import Cast
from tasks.models import Task
from workflows.commands import NewFile
from workflows.engine.faults import InvalidDefinition
from workflows.models import DocumentTask, WorkflowInstance
from workflows.processing.running import run_processors
from workflows.processors.tests.papers import pdf, picture, scan

MAIL: dict[str, Any] = {
    "key": "invoices",
    "name": "Scanned mail",
    "steps": [
        {
            "key": "segmentation",
            "name": "Segmentation",
            "type": "automatic",
            "processor": "segment",
            "filters": [{"when": "size(data.segments) == 0", "reason": "Nothing but empty pages"}],
            "review": "never",
            "next": "classification",
        },
        {
            "key": "classification",
            "name": "Classification",
            "type": "automatic",
            "processor": "classify",
            "options": {
                "classes": [{"label": "invoice", "any": ["invoice"]}, {"label": "letter", "any": ["dear"]}],
                "otherwise": "other",
            },
            "fields": [{"name": "label", "type": "text", "required": True}],
            "review": "invalid",
            "next": "extraction",
        },
        {
            "key": "extraction",
            "name": "Extraction",
            "type": "automatic",
            "processor": "text",
            "options": {"fields": {"customer": r"Customer (\d+)"}},
            "fields": [
                {"name": "customer", "type": "text", "required": True},
                {"name": "total", "type": "number", "required": True},
            ],
            "review": "invalid",
            "next": "grouping",
        },
        {
            "key": "grouping",
            "name": "Grouping",
            "type": "automatic",
            "processor": "group",
            "options": {"key": "extraction.customer"},
            "review": "never",
        },
    ],
}
INVOICE = pdf(["Invoice", "Customer 4711", "Total: 1.190,00 EUR"], [], ["Attachment"])


@pytest.fixture
def through(
    cast: Cast, invoices: Any, bring: Any, publish: Any, actor_of: Callable[..., Actor]
) -> Callable[[bytes, str], WorkflowInstance]:
    """`through(data, name)`: the instance of that file after all processors have done what they could."""
    publish(MAIL)

    def bring_through(data: bytes, name: str) -> WorkflowInstance:
        document = bring(cast.ana, NewFile(name, ContentFile(data))).documents[0]
        while run_processors():
            pass
        return WorkflowInstance.objects.get(pk=document.instance_id)

    return bring_through


@pytest.mark.django_db
def test_a_clear_document_goes_through_all_four_without_anybody(through: Any) -> None:
    variables = through(INVOICE, "mail.pdf").state["variables"]
    assert variables["segmentation"]["segments"] == [
        {"first_page": 1, "last_page": 1, "label": ""},
        {"first_page": 3, "last_page": 3, "label": ""},
    ]
    assert variables["classification"]["label"] == "invoice"
    assert variables["extraction"] == {"customer": "4711", "total": 1190}
    assert variables["grouping"]["group"] == "4711"
    assert WorkflowInstance.objects.get().status == "completed"
    assert set(Task.objects.values_list("state", flat=True)) == {"completed"}


@pytest.mark.django_db
def test_what_is_unsure_damaged_or_empty_stops_where_a_person_or_a_filter_takes_it(through: Any) -> None:
    def last(instance: WorkflowInstance) -> tuple[str, str, list[str]]:
        row = DocumentTask.objects.filter(task__instance_id=instance.pk).select_related("task").latest("task_id")
        return row.step, row.task.state, sorted({issue["code"] for issue in row.issues})

    assert last(through(pdf(["Something else"]), "a.pdf")) == ("classification", "pending", ["low_confidence"])
    assert last(through(picture("PNG"), "a.png"))[:2] == ("classification", "pending")
    assert last(through(INVOICE[:900], "half.pdf"))[0] == "classification"
    step, state, codes = last(through(pdf(["Invoice", "Total 7"]), "b.pdf"))
    assert (step, state) == ("extraction", "pending")
    assert codes == ["low_confidence", "missing"]
    assert last(through(pdf([], scan()), "empty.pdf")) == ("segmentation", "canceled", [])


@pytest.mark.django_db
def test_options_that_a_processor_cannot_work_with_are_refused_when_they_are_published(publish: Any) -> None:
    broken = {**MAIL, "steps": [{**MAIL["steps"][2], "options": {"fields": {"customer": "(?=x)"}}, "next": "end"}]}
    with pytest.raises(InvalidDefinition) as refused:
        publish(broken)
    assert [(fault.path, "no pattern" in fault.message) for fault in refused.value.faults] == [
        ("steps[0].options", True)
    ]
