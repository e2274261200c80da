"""Reviewing a document is working on its task: what is doubtful first, every fault at once, then the next one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Project
from conftest import Cast
from tasks.models import Report, Task

from .conftest import Receive, photo, receipt

AtTheBrowser = Callable[..., Client]


def sent(task: Task, **answers: Any) -> dict[str, Any]:
    task.refresh_from_db()
    return {"version": task.version, **{f"answer-{name}": value for name, value in answers.items()}}


def test_the_page_shows_the_document_beside_its_fields_the_doubtful_ones_first(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser
) -> None:
    (task,) = receive(cast.ana, receipt(total="much"))
    page = at_the_browser(cast.bo).get(f"/tasks/{task.uuid}/").content.decode()
    document = task.document_task.document
    assert f"/documents/files/{document.uuid}/1.png" in page
    assert page.index('name="answer-total"') < page.index('name="answer-shop"')
    assert 'value="Bakery"' in page


def test_completing_leads_to_the_next_document_of_the_upload(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser
) -> None:
    first, second = receive(cast.ana, receipt(), receipt("Butcher"))
    browser = at_the_browser(cast.bo)
    answer = browser.post(f"/tasks/{first.uuid}/complete/", sent(first, shop="Bakery", total="12", net="10"))
    assert answer.headers["Location"].startswith(f"/tasks/{second.uuid}/")
    first.refresh_from_db()
    assert (first.state, first.form_data) == ("completed", {"shop": "Bakery", "total": 12, "net": 10})


def test_every_fault_of_fields_and_rules_is_told_and_what_was_typed_stays(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser
) -> None:
    (task,) = receive(cast.ana, receipt())
    browser = at_the_browser(cast.bo)
    answer = browser.post(f"/tasks/{task.uuid}/complete/", sent(task, shop="", total="5", net="7"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Shop is required." in page
    assert "The total is less than the net amount." in page
    assert 'value="7"' in page
    task.refresh_from_db()
    assert task.is_open


@pytest.mark.parametrize("reason", ["", "A blank page"])
def test_discarding_asks_why(cast: Cast, receive: Receive, at_the_browser: AtTheBrowser, reason: str) -> None:
    task, other = receive(cast.ana, photo(), receipt())
    browser = at_the_browser(cast.bo)
    assert "Discard this document?" in browser.get(f"/tasks/{task.uuid}/discard/").content.decode()
    answer = browser.post(f"/tasks/{task.uuid}/discard/", sent(task) | {"reason": reason})
    task.refresh_from_db()
    if reason:
        assert answer.headers["Location"].startswith(f"/tasks/{other.uuid}/")
        assert (task.state, task.closed_reason) == ("canceled", "discarded")
    else:
        assert answer.status_code == 422
        assert task.is_open


def test_what_is_done_is_unlocked_while_others_of_its_upload_wait(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser
) -> None:
    first, second = receive(cast.ana, receipt(), receipt())
    browser = at_the_browser(cast.bo)
    browser.post(f"/tasks/{first.uuid}/complete/", sent(first, shop="B", total="2", net="1"))
    assert "Unlock" in browser.get(f"/tasks/{first.uuid}/").content.decode()
    browser.post(f"/tasks/{first.uuid}/unlock/", sent(first) | {"reason": "A typo"})
    first.refresh_from_db()
    assert first.state == "pending"
    for task in (first, second):
        browser.post(f"/tasks/{task.uuid}/complete/", sent(task, shop="B", total="2", net="1"))
    page = browser.get(f"/tasks/{first.uuid}/").content.decode()
    assert "Its upload is fully processed." in page
    refused = browser.post(f"/tasks/{first.uuid}/unlock/", sent(first) | {"reason": "Again"})
    assert refused.status_code == 409


def test_a_report_is_kept_and_shown_whatever_becomes_of_it_elsewhere(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser
) -> None:
    Project.objects.filter(pk=cast.project.pk).update(report_url="https://127.0.0.1:9/reports")
    (task,) = receive(cast.ana, receipt())
    browser = at_the_browser(cast.bo)
    assert browser.post(f"/tasks/{task.uuid}/report/", sent(task)).status_code == 422
    said = {"reason": "Poor scan", "description": "The lower half is black."}
    browser.post(f"/tasks/{task.uuid}/report/", sent(task) | said)
    assert Report.objects.get().reason == "Poor scan"
    page = browser.get(f"/tasks/{task.uuid}/").content.decode()
    assert "Poor scan" in page
    assert "Saved here" in page


def test_a_page_of_a_document_asks_as_much_whatever_it_is(
    cast: Cast, receive: Receive, at_the_browser: AtTheBrowser, django_assert_max_num_queries: Callable
) -> None:
    task, *_ = receive(cast.ana, receipt(), *[receipt() for _ in range(8)])
    browser = at_the_browser(cast.bo)
    with django_assert_max_num_queries(27):
        browser.get(f"/tasks/{task.uuid}/")
