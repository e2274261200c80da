"""The three workflows that the document describes, from the files that come in to the data that goes out."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from workflows.processors.tests.papers import pdf

from .conftest import Documents, process
from .pipelines import BROKEN, CONTRACT, INVOICE, INVOICES, LETTER, PHOTO


@pytest.fixture(autouse=True)
def invoices(pipeline: Callable[[Any], None]) -> None:
    pipeline(INVOICES)


def test_quality_control(ana_docs: Documents) -> None:
    upload = ana_docs.bring(
        ("invoice.pdf", INVOICE), ("photo.png", PHOTO), ("letter.txt", LETTER), ("contract.pdf", CONTRACT)
    )
    assert [(task["filename"], task["status"]) for task in upload["tasks"]] == [
        (name, "PROCESSING") for name in ("invoice.pdf", "photo.png", "letter.txt", "contract.pdf")
    ]
    process()
    invoice, photo, letter, contract = (ana_docs.task(task["task_id"]) for task in upload["tasks"])
    assert invoice["data"] == {"number": "R-7", "net": 100, "total": 119}
    assert (invoice["status"], invoice["step"], invoice["locked"]) == ("REVIEWING", "extraction", False)
    assert (contract["status"], contract["locked"]) == ("FILTERED", True)
    assert {issue["field"] for issue in letter["issues"]} >= {"number", "total"}

    reported = ana_docs.asked(photo["task_id"], "report", reason="poor_quality", description="Too dark to read")
    assert (reported.status_code, reported.json()["status"]) == (201, "recorded")
    [report] = ana_docs.read(f"task/{photo['task_id']}/reports")["reports"]
    assert (report["report_id"], report["reason"]) == (reported.json()["report_id"], "poor_quality")

    assert ana_docs.say(photo["task_id"], "discard", "PUT", reason="Irrelevant")["status"] == "DISCARDED"
    fixed = ana_docs.say(letter["task_id"], "complete", data={"number": "L-1", "total": 5, "net": None})
    assert (fixed["status"], fixed["locked"], bool(fixed["completed_at"])) == ("COMPLETED", True, True)
    assert ana_docs.say(invoice["task_id"], "complete")["data"]["total"] == 119
    process()
    steps = {
        task["filename"]: (task["status"], task["data"]) for task in ana_docs.tasks() if task["step"] != "extraction"
    }
    assert steps == {
        "invoice.pdf": ("COMPLETED", {"label": "invoice"}),
        "letter.txt": ("COMPLETED", {"label": "letter"}),
    }
    whole = ana_docs.read(f"upload/{upload['upload_id']}")
    assert (whole["status"], whole["documents"]) == ("COMPLETED", 4)
    assert whole["counts"] == {"COMPLETED": 4, "DISCARDED": 1, "FILTERED": 1}


def test_correction(ana_docs: Documents) -> None:
    upload = ana_docs.bring_processed(("invoice.pdf", INVOICE), ("other.pdf", INVOICE))
    first, other = (task["task_id"] for task in upload["tasks"])
    ana_docs.say(first, "complete")
    [second] = [task for task in ana_docs.tasks() if task["step"] == "classification"]
    assert second["status"] == "PROCESSING"

    unlocked = ana_docs.say(first, "unlock", "PUT", reason="The total is wrong")
    assert (unlocked["status"], unlocked["locked"], unlocked["completed_at"]) == ("REVIEWING", False, None)
    assert ana_docs.task(second["task_id"])["status"] == "DISCARDED"  # superseded by the correction
    corrected = ana_docs.say(first, "complete", data={"total": 121})
    assert corrected["data"] == {"number": "R-7", "net": 100, "total": 121}
    process()
    [again] = [task for task in ana_docs.tasks("status=COMPLETED") if task["step"] == "classification"]
    assert again["data"] == {"label": "invoice"}
    assert ana_docs.refused(first, "unlock") == (400, "gone_on")
    assert ana_docs.task(other)["status"] == "REVIEWING"


def test_batch_processing(ana_docs: Documents) -> None:
    files = [(f"{number}.pdf", pdf([f"Invoice number: B-{number}", "Total: 10.00"])) for number in range(4)]
    upload = ana_docs.bring_processed(*files, ("broken.pdf", BROKEN))
    waiting = ana_docs.tasks(f"upload_id={upload['upload_id']}&status=REVIEWING")
    assert len(waiting) == 5
    for task in waiting:
        total = len(task["filename"]) if task["filename"] != "broken.pdf" else None
        answer = ana_docs.asked(task["task_id"], "complete", data={"total": total, "net": 1})
        if answer.status_code == 400:
            ana_docs.say(task["task_id"], "report", reason="unreadable", description=answer.json()["error"]["message"])
            ana_docs.say(task["task_id"], "discard", "PUT", reason="Nobody can read it")
    process()
    export = f"{ana_docs.base}/upload/{upload['upload_id']}/export"
    table = ana_docs.caller.post(export, **{"Accept": "text/csv"})
    rows = [row for row in csv.DictReader(io.StringIO(table.text)) if row["step"] == "extraction"]
    assert [(row["filename"], row["data.number"], row["data.total"]) for row in rows] == [
        (f"{number}.pdf", f"B-{number}", "5") for number in range(4)
    ]
    exported = ana_docs.caller.post(export).json()
    assert exported["status"] == "EXPORTED"
    assert {task["exported_at"] for task in exported["tasks"]} == {row["exported_at"] for row in rows}
    assert ana_docs.refused(rows[0]["task_id"], "unlock") == (400, "exported")
