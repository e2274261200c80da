"""Requests that were made to break something: each is refused in the contract's own shape, and nothing is stored."""

from io import BytesIO
from typing import Any

import orjson
import pytest
from django.test import Client

from accounts.models import Project, User
from taskhub.contracts import body
from taskhub.contracts.testing import Caller
from tasks.models import Task

from .doors import DOORS, WITH_TASKS, Door
from .test_strict_json import REFUSED

REQUEST_ID = "X-Request-Id"


def refused(door: Door, response: Any, status: int) -> None:
    """The answer is that error, in the contract's shape, as JSON, under a request id, and tells nothing of us."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == door.media_type
    assert response.headers[REQUEST_ID]
    assert response.json().keys() == door.keys
    for word in (b"Traceback", b"SELECT", b".py", b"psycopg", b"sqlite", b"site-packages"):
        assert word not in response.content
    assert not Task.objects.exists()


every_door = pytest.mark.parametrize("door", DOORS, ids=str)


@every_door
@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_json_that_is_none(ana_calls: Caller, project: Project, door: Door, raw: bytes) -> None:
    status = door.incomplete or door.invalid if raw == b"" else door.invalid  # no body is a body without fields
    refused(door, ana_calls.post(door.path(project), raw), status)


@every_door
@pytest.mark.parametrize("text", ["\\u0000", "a\\u0000b", "\\ud800", "\\udfff\\ud800"])
def test_a_text_that_cannot_be_stored(ana_calls: Caller, project: Project, ana: User, door: Door, text: str) -> None:
    raw = orjson.dumps(door.body(ana) | {door.text: "PLACE"}).replace(b"PLACE", text.encode())
    refused(door, ana_calls.post(door.path(project), raw), door.invalid)


@every_door
def test_a_body_that_is_too_large(ana_calls: Caller, project: Project, door: Door) -> None:
    for size in (body.MAX_BYTES + 1, 3 * body.MAX_BYTES):
        refused(door, ana_calls.post(door.path(project), b" " * size), 413)


@every_door
def test_a_body_that_is_announced_as_too_large_is_not_read(project: Project, ana_calls: Caller, door: Door) -> None:
    stream = BytesIO(b"{}")
    response = ana_calls.client.generic(
        "POST",
        door.path(project),
        b"{}",
        content_type="application/json",
        headers=ana_calls.shown,
        **{"CONTENT_LENGTH": str(10**12), "wsgi.input": stream},
    )
    refused(door, response, 413)
    assert stream.tell() == 0


@every_door
def test_a_chunked_body_is_read_up_to_the_limit(project: Project, ana_calls: Caller, door: Door) -> None:
    stream = BytesIO(b"[" * (3 * body.MAX_BYTES))
    refused(door, chunked(ana_calls, door.path(project), stream), 413)
    assert stream.tell() <= body.MAX_BYTES + 64 * 1024


@pytest.mark.parametrize("door", WITH_TASKS, ids=str)
def test_a_chunked_body_is_a_body(project: Project, ana_calls: Caller, ana: User, door: Door) -> None:
    response = chunked(ana_calls, door.path(project), BytesIO(orjson.dumps(door.body(ana))))
    assert response.status_code == 201


def chunked(caller: Caller, path: str, stream: BytesIO) -> Any:
    """A request as a server hands it over that came in pieces and without a length."""
    environment = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return caller.client.generic(
        "POST",
        path,
        b"",
        headers=caller.shown,
        **{**environment, "CONTENT_TYPE": "application/json", "wsgi.input": stream},
    )


@every_door
def test_a_body_that_ends_early(project: Project, ana_calls: Caller, ana: User, door: Door) -> None:
    raw = orjson.dumps(door.body(ana))
    response = ana_calls.client.generic(
        "POST",
        door.path(project),
        raw,
        content_type="application/json",
        headers=ana_calls.shown,
        **{"CONTENT_LENGTH": str(len(raw) + 10), "wsgi.input": BytesIO(raw[:-5])},
    )
    refused(door, response, door.invalid)


@every_door
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "*/*", "json", ""]
    + [f"application/json; charset={name}" for name in ("utf-16", "bogus", "latin-1")],
)
def test_a_body_that_says_it_is_not_json(
    ana_calls: Caller, project: Project, ana: User, door: Door, content_type: str
) -> None:
    response = ana_calls.post(door.path(project), door.body(ana), **{"Content-Type": content_type})
    refused(door, response, 415)


@every_door
def test_a_vendor_type_of_json_is_another_type(ana_calls: Caller, project: Project, ana: User, door: Door) -> None:
    vendor = {"Content-Type": "application/vnd.api+json"}
    refused(door, ana_calls.post(door.path(project), door.body(ana), **vendor), 415)


@every_door
@pytest.mark.parametrize("query", ["a=%00", "%00=a", "a=%ff", "a=%ed%a0%80", "x=1&title=b%00c"])
def test_a_query_that_cannot_be_stored(ana_calls: Caller, project: Project, ana: User, door: Door, query: str) -> None:
    refused(door, ana_calls.post(f"{door.path(project)}?{query}", door.body(ana)), door.invalid)


@every_door
@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "OPTIONS", "PROPFIND", "CONNECT"])
def test_a_method_that_is_not_taken(ana_calls: Caller, project: Project, door: Door, method: str) -> None:
    response = ana_calls.call(method, door.path(project))
    refused(door, response, 405)
    assert "POST" in response.headers["Allow"]
    assert method not in response.headers["Allow"]


@every_door
@pytest.mark.parametrize(
    "tail",
    [
        "/",
        "//",
        "/%2e%2e",
        "/..;/",
        "/a/b/c/d/e",
        "/%00",
        "/%0a",
        "/%ff",
        "/<script>",
        "/'--",
        "/" + "x" * 5000,
        ".json",
    ],
)
def test_an_address_where_nothing_is(ana_calls: Caller, project: Project, ana: User, door: Door, tail: str) -> None:
    response = ana_calls.post(door.path(project) + tail, door.body(ana))
    assert response.status_code in (404, 405)
    refused(door, response, response.status_code)
    assert b"<script>" not in response.content


@every_door
@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", "x" * 10_000, "ключ", "a b", "\x7f", ""])
def test_a_request_id_that_could_forge_something_is_replaced(
    ana_calls: Caller, project: Project, door: Door, name: str
) -> None:
    response = ana_calls.client.post(
        door.path(project),
        b"",
        content_type="application/json",
        headers=ana_calls.shown,
        HTTP_X_REQUEST_ID=name,
    )
    assert response.headers[REQUEST_ID] != name
    assert response.headers[REQUEST_ID].isascii()
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("key", ["", "x", "thk_" + "a" * 46, "\xe9\xff", "x" * 1_000_000, "' OR 1=1 --", "null"])
@pytest.mark.parametrize("door", WITH_TASKS, ids=str)
def test_a_key_that_is_none(project: Project, ana: User, door: Door, key: str) -> None:
    for headers in ({"X-API-Key": key}, {"Authorization": f"Bearer {key}"}):
        response = Client().post(
            door.path(project), orjson.dumps(door.body(ana)), content_type="application/json", headers=headers
        )
        refused(door, response, 401)


@every_door
def test_an_unknown_host_is_refused_in_the_shape_too(project: Project, ana: User, door: Door) -> None:
    response = Client(raise_request_exception=False).get(door.path(project), headers={"Host": "evil.example"})
    refused(door, response, door.invalid)
