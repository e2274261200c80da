"""What leaves TaskHub goes only where it may, however a name, a redirect or a server tries to lead it elsewhere."""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest

from accounts import destinations
from accounts.tests.test_destinations import HOSTILE, PRIVATE
from tasks.domain.errors import UpstreamFailed
from tasks.outbound import client, network, post

from .endpoints import Endpoint, answering, certificate, dripping, endpoint, hanging_up, raw, silent

NAME = "hooks.example.com"


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """A listener on loopback on a port that would be allowed: nothing but the address keeps us from it."""
    with endpoint() as listener:
        monkeypatch.setattr(destinations, "PORTS", frozenset({443, listener.port}))
        yield listener


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """The resolver answers these, one after the other, the last for ever. Returns the names it was asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    monkeypatch.setattr(network, "look_up", look_up)
    return asked


def refusal(url: str, **options: Any) -> UpstreamFailed:
    with pytest.raises(UpstreamFailed) as refused:
        post(url, b"{}", {}, **options)
    return refused.value


def listed(settings: Any, server: Endpoint) -> str:
    settings.TASKHUB_OUTBOUND_ALLOW = [server.host]
    return server.url


@pytest.mark.parametrize("url", HOSTILE)
def test_what_is_refused_when_it_is_saved_is_refused_when_it_is_used(url: str) -> None:
    assert refusal(url).code == "destination_refused"


def test_no_spelling_of_this_machine_reaches_it(canary: Endpoint) -> None:
    hosts = ("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0", "localhost", "localhost.", "a.localhost", "[::1]")
    for host in (*hosts, "[::ffff:127.0.0.1]", "user@127.0.0.1", f"{NAME}@127.0.0.1"):
        for scheme in ("http", "https"):
            assert refusal(f"{scheme}://{host}:{canary.port}/").code == "destination_refused"
    assert canary.connections == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", *PRIVATE[:20]])
def test_a_name_that_leads_inside_is_refused(address: str, canary: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, [address])
    refused = refusal(f"https://{NAME}:{canary.port}/")
    assert refused.code == "destination_refused"
    assert address not in refused.message
    assert canary.connections == 0


def test_a_name_with_public_and_private_addresses_is_refused(canary: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["2606:4700::1111", "::1"]):
        resolving(monkeypatch, answer)
        assert refusal(f"https://{NAME}:{canary.port}/").code == "destination_refused"
    assert canary.connections == 0


def test_a_name_that_changes_its_mind_is_asked_once_and_taken_at_its_first_word(
    canary: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolving(monkeypatch, ["198.41.0.4"], ["127.0.0.1"])
    tried: list[str] = []

    def connect(self: Any, host: str, port: int, *rest: Any, **more: Any) -> Any:
        tried.append(host)
        raise network.httpcore2.ConnectError("no network here")

    monkeypatch.setattr(network.httpcore2.SyncBackend, "connect_tcp", connect)
    assert refusal(f"https://{NAME}:{canary.port}/").code == "unreachable"
    assert (asked, tried) == ([NAME], ["198.41.0.4"])
    assert canary.connections == 0


def test_a_listed_system_gets_what_is_sent_and_its_status_is_told(settings: Any) -> None:
    with endpoint(answering(202)) as server:
        answer = post(listed(settings, server), b'{"a":1}', {"Webhook-Id": "1"})
    assert (answer.status, answer.is_taken) == (202, True)
    headers, body = server.requests[0]
    assert body == b'{"a":1}'
    assert (headers["host"], headers["webhook-id"], headers["user-agent"]) == (server.host, "1", client.AGENT)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, settings: Any, canary: Endpoint) -> None:
    with endpoint(answering(status, f"Location: http://127.0.0.1:{canary.port}/")) as server:
        answer = post(listed(settings, server), b"{}", {})
    assert (answer.status, answer.is_taken) == (status, False)
    assert canary.connections == 0


def test_proxies_of_the_environment_are_not_asked(
    settings: Any, canary: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        for spelt in (name, name.lower()):
            monkeypatch.setenv(spelt, f"http://127.0.0.1:{canary.port}")
    with endpoint() as server:
        assert post(listed(settings, server), b"{}", {}).is_taken
    assert canary.connections == 0


@pytest.mark.parametrize("behave", [silent, dripping])
def test_who_does_not_answer_in_time_is_left(behave: Any, settings: Any) -> None:
    with endpoint(behave) as server:
        started = monotonic()
        assert refusal(listed(settings, server), seconds=0.7).code == "timed_out"
        assert monotonic() - started < 10


def test_a_resolver_that_hangs_is_left_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint() as server:
        monkeypatch.setattr(network, "look_up", lambda host, port: [str(server.over.wait(20))])
        assert refusal(f"https://{NAME}/", seconds=0.3).code == "timed_out"


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        (hanging_up, "bad_answer"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "bad_answer"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000), "bad_answer"),
        (raw(b"HTTP/1.1 99999 \r\n\r\n"), "bad_answer"),
    ],
)
def test_who_does_not_speak_http_is_told_apart(behave: Any, code: str, settings: Any) -> None:
    with endpoint(behave) as server:
        assert refusal(listed(settings, server)).code == code


def test_a_body_without_an_end_is_not_read(settings: Any) -> None:
    def endless(server: Endpoint, line: Any, request: bytes) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.over.is_set():
            line.sendall(b"x" * 65_536)

    with endpoint(endless) as server:
        assert post(listed(settings, server), b"{}", {}).is_taken


def test_what_is_not_there_cannot_be_reached(settings: Any) -> None:
    with endpoint() as server:
        url = listed(settings, server)
    assert refusal(url).code == "unreachable"


@pytest.mark.parametrize(("value", "pause"), [("120", 120), ("999999999", 86_400), ("soon", None), ("-1", None)])
def test_the_wish_to_be_left_alone_is_heard(value: str, pause: int | None, settings: Any) -> None:
    with endpoint(answering(503, f"Retry-After: {value}")) as server:
        answer = post(listed(settings, server), b"{}", {})
    assert answer.retry_after == (None if pause is None else timedelta(seconds=pause))


def test_the_certificate_is_that_of_the_name_though_the_connection_goes_to_the_address(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = certificate(NAME)
    with endpoint(tls=ours) as server:
        settings.TASKHUB_OUTBOUND_ALLOW = [f"{name}:{server.port}" for name in (NAME, "other.example.com")]
        resolving(monkeypatch, ["127.0.0.1"])
        assert refusal(f"https://{NAME}:{server.port}/").code == "tls_failed"  # nobody we know has signed it
        monkeypatch.setattr(client, "ssl_context", lambda: theirs)
        assert post(f"https://{NAME}:{server.port}/", b"{}", {}).is_taken
        assert refusal(f"https://other.example.com:{server.port}/").code == "tls_failed"
    assert len(server.requests) == 1
