"""One id links a request, its log lines and its answer, and nobody can forge either with it."""

import logging

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from taskhub.middleware import RequestIdMiddleware, chosen_id


def test_an_answer_bears_the_id_the_caller_chose(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": "order-17/retry:2"})
    assert answer["X-Request-Id"] == "order-17/retry:2"


def test_an_answer_bears_an_id_of_its_own_when_the_caller_chose_none(client: Client) -> None:
    first, second = client.get("/healthz")["X-Request-Id"], client.get("/healthz")["X-Request-Id"]
    assert first != second
    assert len(first) == 32


def test_an_unknown_address_is_answered_with_an_id_too(client: Client) -> None:
    answer = client.get("/nobody/lives/here", headers={"X-Request-Id": "lost-1"})
    assert answer.status_code == 404
    assert answer["X-Request-Id"] == "lost-1"


@pytest.mark.parametrize(
    "given",
    ["", " ", "a b", "x\r\nSet-Cookie: a=b", "x\n", "\x00", "é", "x" * 129, "x" * 10_000, "<script>", '"', "٣"],
    ids=repr,
)
def test_an_id_that_could_forge_a_header_or_a_log_line_is_replaced(given: str) -> None:
    assert chosen_id(given) != given
    assert len(chosen_id(given)) == 32


@pytest.mark.parametrize("given", ["a", "x" * 128, "7d444840-9dc0-11d1-b245-5ffdce74fad2", "A.b_c~d+e/f=g:h@i"])
def test_a_plain_token_is_kept(given: str) -> None:
    assert chosen_id(given) == given


def test_log_lines_of_a_request_know_its_id_and_those_after_it_do_not() -> None:
    seen: list[dict[str, object]] = []

    def view(_: HttpRequest) -> HttpResponse:
        structlog.contextvars.bind_contextvars(actor="ana")
        seen.append(structlog.contextvars.get_contextvars())
        return HttpResponse()

    RequestIdMiddleware(view)(RequestFactory().get("/", headers={"X-Request-Id": "here"}))
    assert seen == [{"request_id": "here", "actor": "ana"}]
    assert structlog.contextvars.get_contextvars() == {}


def test_a_request_that_breaks_leaves_nothing_in_the_log_context() -> None:
    def view(_: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        RequestIdMiddleware(view)(RequestFactory().get("/"))
    assert structlog.contextvars.get_contextvars() == {}


def test_the_request_carries_its_id_for_those_who_record_it() -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.request_id)
        return HttpResponse()

    RequestIdMiddleware(view)(RequestFactory().get("/", headers={"X-Request-Id": "mine"}))
    assert seen == ["mine"]


def test_a_log_line_is_one_json_object_with_the_context_in_it() -> None:
    import json

    from taskhub.logs import formatter

    record = logging.LogRecord("tasks.send", logging.WARNING, "f", 1, "mail to %s\nfailed", ("ana",), None)
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        line = formatter(readable=False).format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert told["event"] == "mail to ana\nfailed"
    assert (told["request_id"], told["level"], told["logger"]) == ("r1", "warning", "tasks.send")


def test_a_traceback_in_the_log_shows_no_local_variables() -> None:
    import sys

    from taskhub.logs import formatter

    try:
        password = "canary-4711"
        raise RuntimeError(len(password))
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "broken", (), sys.exc_info())
    for readable in (True, False):
        line = formatter(readable=readable).format(record)
        assert "RuntimeError: 11" in line
        assert "canary-4711" not in line.replace('password = "canary-4711"', "")
