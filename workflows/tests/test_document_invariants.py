"""What must always be true of documents: damage is found, and named by the rule that it breaks."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.invariants import REGISTRY
from conftest import Cast
from workflows.models import Document, DocumentTask, Processing, Upload, WorkflowInstance

from .papers import paper

Damage = Callable[[Cast], object]
OF_UPLOADS, OF_TASKS = "documents_are_of_their_upload", "document_tasks_are_of_their_document"


def a_gap(cast: Cast) -> object:
    return Document.objects.filter(position=2).update(position=3)


def a_project_of_its_own(cast: Cast) -> object:
    return WorkflowInstance.objects.update(project=cast.vault)


def another_upload(cast: Cast) -> object:
    return DocumentTask.objects.update(upload=Upload.objects.latest("id"))


def another_document(cast: Cast) -> object:
    return DocumentTask.objects.update(document=Document.objects.earliest("id"))


def exported_before_its_end(cast: Cast) -> object:
    return DocumentTask.objects.update(exported_at=datetime(2026, 3, 2, tzinfo=UTC))


def forgotten_work(cast: Cast) -> object:
    return Processing.objects.all().delete()


@pytest.mark.usefixtures("raw_rows")
@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (a_gap, OF_UPLOADS),
        (a_project_of_its_own, OF_UPLOADS),
        (another_upload, OF_TASKS),
        (another_document, OF_TASKS),
        (exported_before_its_end, OF_TASKS),
        (forgotten_work, "processing_is_owed_to_open_steps"),
    ],
)
def test_damage_is_found_and_named(cast: Cast, bring: Any, damage: Damage, rule: str) -> None:
    bring(cast.ana, paper(), paper())
    bring(cast.ana, paper())
    checks = {name: check for name, check in REGISTRY.items() if name.startswith("workflows.")}
    assert not [line for check in checks.values() for line in check.violations()]
    damage(cast)
    assert f"workflows.{rule}" in {name for name, check in checks.items() if list(check.violations())}
