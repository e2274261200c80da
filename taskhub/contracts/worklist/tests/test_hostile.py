"""Requests that were made to break something, on the endpoints that need three credentials."""

from typing import Any

import orjson
import pytest

from taskhub.contracts import body
from taskhub.contracts.tests.test_strict_json import REFUSED
from tasks.models import Event, Task

from .conftest import TASKS, Worker, address, wrong

ACTIONS = ("complete", "reassign")
every_action = pytest.mark.parametrize("action", ACTIONS)


@pytest.fixture(autouse=True)
def nothing_happens(verify: Task) -> Any:
    """Whatever is tried here changes nothing."""
    before = Event.objects.count()
    yield
    assert Event.objects.count() == before


@every_action
@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_json_that_is_none(ana_works: Worker, verify: Task, action: str, raw: bytes) -> None:
    wrong(ana_works.post(f"{address(verify)}/{action}", raw), 400, "VALIDATION_ERROR")


@every_action
@pytest.mark.parametrize("text", ["\\u0000", "a\\u0000b", "\\ud800", "\\udfff\\ud800"])
def test_a_text_that_cannot_be_stored(ana_works: Worker, verify: Task, action: str, text: str) -> None:
    given = {"result_code": "approved", "assign_to_user_id": "1", "captured_data": {"a": 1}, "comment": "PLACE"}
    raw = orjson.dumps(given).replace(b"PLACE", text.encode())
    wrong(ana_works.post(f"{address(verify)}/{action}", raw), 400, "VALIDATION_ERROR")
    named = orjson.dumps({"result_code": "approved", "captured_data": {"PLACE": 1}}).replace(b"PLACE", text.encode())
    wrong(ana_works.post(f"{address(verify)}/{action}", named), 400, "VALIDATION_ERROR")


@every_action
def test_bodies_of_the_wrong_size_and_kind(ana_works: Worker, verify: Task, action: str) -> None:
    url = f"{address(verify)}/{action}"
    wrong(ana_works.post(url, b" " * (body.MAX_BYTES + 1)), 413, "PAYLOAD_TOO_LARGE")
    for kind in ("text/plain", "multipart/form-data", "application/json; charset=utf-16", "application/xml"):
        wrong(ana_works.post(url, {}, **{"Content-Type": kind}), 415, "UNSUPPORTED_MEDIA_TYPE")
    for raw in (b"[]", b'"x"', b"7", b"null", b"true"):
        assert wrong(ana_works.post(url, raw), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("tail", ["", "/1", "/1/complete"])
def test_a_method_that_is_not_taken(ana_works: Worker, method: str, tail: str) -> None:
    response = ana_works.call(method, TASKS + tail)
    wrong(response, 405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"] in ("GET, HEAD", "GET", "POST")


TAILS = ("/", "//", "/1/", "/1/complete/", "/1/cancel", "/..;/", "/1/complete/x", "/%2e%2e/x", "/<script>/x", ".json")


@pytest.mark.parametrize(
    "path", [*(TASKS + tail for tail in TAILS), "/apidev/v1", "/apidev/v1/", "/apidev/v1/workflow"]
)
def test_an_address_where_nothing_is(ana_works: Worker, path: str) -> None:
    response = ana_works.get(path)
    assert wrong(response, 404, "NOT_FOUND") == []
    assert b"<script>" not in response.content


@pytest.mark.parametrize("query", ["a=%00", "status=%ff", "entity_type=a%00b", "definition_id=%ed%a0%80"])
def test_a_query_that_is_no_text(ana_works: Worker, query: str) -> None:
    wrong(ana_works.get(f"{TASKS}?{query}"), 400, "VALIDATION_ERROR")


ODD: dict[str, dict[str, Any]] = {
    "deep": orjson.loads('{"contact_verified":' * 28 + "1" + "}" * 28),
    "long name": {"x" * 10_000: 1},
    "many names": {str(number): number for number in range(5000)},
    "large number": {"contact_verified": 2**62},
    "no name": {"": ""},
    "name of a prototype": {"__proto__": {}},
    "lists": {"contact_verified": [[]]},
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_odd_answers_are_refused_and_no_accident(ana_works: Worker, verify: Task, data: dict[str, Any]) -> None:
    fields = wrong(ana_works.complete(verify, "approved", data), 400, "VALIDATION_ERROR")
    assert all(field.startswith("captured_data") for field in fields)
    assert len(fields) <= 30
