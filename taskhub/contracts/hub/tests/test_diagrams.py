"""Diagrams: SVG that stands by itself, says where an instance stands, and runs nothing."""

import base64
import hashlib
import re
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from conftest import Cast
from taskhub.contracts.hub.views import diagrams
from taskhub.contracts.testing import Caller
from workflows.diagram.layout import TooLarge
from workflows.models import WorkflowInstance
from workflows.tests.samples import ONE_STEP, document

from .conftest import DEFINITIONS, INSTANCES, Hub, problem

EVIL = "</text><script>alert(1)</script><a href='javascript:x'>&\"'"


def parsed(svg: bytes) -> Element:
    return fromstring(svg)  # noqa: S314  # our own text


def texts(svg: bytes) -> str:
    return " ".join(parsed(svg).itertext())


def test_a_definition_is_drawn_in_both_directions(ana_calls: Caller, onboarding: Any) -> None:
    address = f"{DEFINITIONS}/{onboarding.uuid}/diagram"
    right, down = (ana_calls.get(f"{address}?direction={way}") for way in ("right", "down"))
    for response in (right, down):
        assert (response.status_code, response.headers["Content-Type"]) == (200, "image/svg+xml")
        assert "New Account Onboarding" in texts(response.content)
    assert ana_calls.get(address).content == right.content != down.content
    assert right.headers["ETag"] != down.headers["ETag"]


def test_an_instance_shows_where_it_stands(
    ana_calls: Caller, running: WorkflowInstance, answer: Any, cast: Cast
) -> None:
    address = f"{INSTANCES}/{running.uuid}/diagram"
    before = ana_calls.get(address)
    answer(cast.ana, running, "verify", "approved", contact_verified=True)
    after = ana_calls.get(address, **{"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    states = [set(re.findall(r"is-(done|current|waiting)", svg.content.decode())) for svg in (before, after)]
    assert [sorted(found) for found in states] == [["current", "done", "waiting"], ["current", "done", "waiting"]]
    assert before.content != after.content


def test_a_picture_may_use_its_own_style_and_nothing_else(ana_calls: Caller, onboarding: Any) -> None:
    response = ana_calls.get(f"{DEFINITIONS}/{onboarding.uuid}/diagram")
    [style] = re.findall(r"<style>(.*?)</style>", response.content.decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = response.headers["Content-Security-Policy"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    assert b" style=" not in response.content
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_names_that_were_made_to_break_out_are_text(cleo_hub: Hub) -> None:
    evil = document(ONE_STEP, name=EVIL[:200])
    evil["steps"][0]["name"] = EVIL
    made = cleo_hub.draft(evil)
    svg = cleo_hub.caller.get(f"{DEFINITIONS}/{made['id']}/diagram").content
    root = parsed(svg)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names.isdisjoint({"script", "a", "foreignObject", "image", "use"})
    assert not any(name.startswith("on") or name.endswith("href") for one in root.iter() for name in one.attrib)
    assert "<script>" in texts(svg)


def test_what_cannot_be_drawn_is_a_problem(ana_calls: Caller, onboarding: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise TooLarge("9,999 steps are too many for a picture.")

    diagrams._drawn.cache.clear()
    monkeypatch.setattr(diagrams, "standalone", refuse)
    body = problem(ana_calls.get(f"{DEFINITIONS}/{onboarding.uuid}/diagram"), 422, "diagram_too_large")
    assert body["detail"] == "9,999 steps are too many for a picture."


def test_drawing_has_a_limit_of_its_own(ana_calls: Caller, onboarding: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = diagrams.OfDefinition.operations["diagram"]
    assert operation.rate
    response = ana_calls.get(f"{DEFINITIONS}/{onboarding.uuid}/diagram")
    assert response.headers["X-RateLimit-Limit"] == operation.rate.partition("/")[0]


@pytest.mark.browser
def test_a_browser_shows_the_picture_in_its_own_style(
    live_server: Any, page: Any, ana_calls: Caller, onboarding: Any
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.set_extra_http_headers({"X-API-Key": ana_calls.key})
    for _ in range(2):  # the second time, what the browser has kept is confirmed by 304
        page.goto(f"{live_server.url}{DEFINITIONS}/{onboarding.uuid}/diagram")
        font = page.evaluate("getComputedStyle(document.querySelector('text')).fontFamily")
        assert "Segoe UI" in font
    assert said == []
