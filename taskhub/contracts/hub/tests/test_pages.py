"""Lists are followed by cursors: bounded, without gaps or repetitions, and cursors cannot be made up."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from taskhub.contracts import cursors
from taskhub.contracts.testing import Caller
from tasks import queries
from workflows.models import WorkflowInstance

from .conftest import DEFINITIONS, INSTANCES, Hub, problem, renamed

LISTS = [DEFINITIONS, INSTANCES]


@pytest.fixture
def seven(cleo_hub: Hub, one_step: Any) -> list[str]:
    """The ids of seven instances, the newest first."""
    return [cleo_hub.start("one-step")["id"] for _ in range(7)][::-1]


def test_following_the_cursor_shows_each_row_once(cleo_hub: Hub, seven: list[str]) -> None:
    pages = cleo_hub.pages(INSTANCES, "limit=3")
    assert [[item["id"] for item in page] for page in pages] == [seven[:3], seven[3:6], seven[6:]]
    assert len(cleo_hub.pages(INSTANCES, "limit=7")) == 1


def test_what_is_added_meanwhile_moves_nothing(cleo_hub: Hub, seven: list[str]) -> None:
    first = cleo_hub.read(INSTANCES, "limit=4")
    cleo_hub.start("one-step")
    rest = cleo_hub.read(INSTANCES, f"limit=4&cursor={first['next']}")
    assert [item["id"] for item in first["items"] + rest["items"]] == seven
    assert rest["next"] is None


def test_the_next_page_is_linked_with_its_filters(cleo_calls: Caller, seven: list[str]) -> None:
    response = cleo_calls.get(f"{INSTANCES}?limit=3&status=running")
    address, _, rel = response.headers["Link"].partition(">; ")
    assert rel == 'rel="next"'
    query = parse_qs(urlsplit(address.removeprefix("<")).query)
    assert query == {"limit": ["3"], "status": ["running"], "cursor": [response.json()["next"]]}
    assert "Link" not in cleo_calls.get(INSTANCES).headers


def test_how_many_there_are_is_said_if_it_is_asked_for(
    cleo_hub: Hub, seven: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "total" not in cleo_hub.read(INSTANCES)
    assert "total" not in cleo_hub.read(INSTANCES, "total=false")
    assert cleo_hub.read(INSTANCES, "total=true&limit=2")["total"] == 7
    assert cleo_hub.read(INSTANCES, "total=true&status=canceled")["total"] == 0
    assert cleo_hub.read(DEFINITIONS, "total=true")["total"] == 1
    monkeypatch.setattr(queries, "COUNT_CAP", 5)
    response = cleo_hub.caller.get(f"{INSTANCES}?total=true")
    assert response.headers["X-Total-Estimated"] == "true"
    assert response.json()["total"] >= 5


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1.5", "", "9" * 30, "٣"])
def test_a_page_is_bounded(cleo_calls: Caller, one_step: Any, path: str, limit: str) -> None:
    problem(cleo_calls.get(f"{path}?limit={limit}"), 400, "bad_query")


def test_the_largest_page_is_taken(cleo_hub: Hub, seven: list[str]) -> None:
    assert len(cleo_hub.read(INSTANCES, "limit=200")["items"]) == 7


def test_a_cursor_cannot_be_made_up(cleo_hub: Hub, seven: list[str]) -> None:
    good = cleo_hub.read(INSTANCES, "limit=2")["next"]
    place, _, sign = good.rpartition(".")
    forged = [
        "",
        "1",
        "x" * 501,
        good[:-1],
        f"{good}x",
        f"x{good}",
        f"{place}.",
        f".{sign}",
        f"WzFd.{sign}",
        "é",
        "null",
    ]
    for cursor in forged:
        problem(cleo_hub.caller.get(f"{INSTANCES}?cursor={cursor}"), 400, "bad_query")


def test_a_cursor_belongs_to_its_list(cleo_hub: Hub, seven: list[str]) -> None:
    cursor = cleo_hub.read(INSTANCES, "limit=2")["next"]
    history = cleo_hub.read(f"{INSTANCES}/{seven[0]}/history", "limit=1")["next"]
    steps = f"{INSTANCES}/{seven[0]}/steps"
    for path, other in (
        (DEFINITIONS, cursor),
        (steps, cursor),
        (INSTANCES, history),
        (f"{INSTANCES}/{seven[0]}/history", cursor),
    ):
        problem(cleo_hub.caller.get(f"{path}?cursor={other}"), 400, "bad_query")


def test_a_cursor_of_others_shows_only_ones_own(cleo_hub: Hub, dan_hub: Hub, ana_hub: Hub, seven: list[str]) -> None:
    cursor = cleo_hub.read(INSTANCES, "limit=2")["next"]
    assert dan_hub.read(INSTANCES, f"cursor={cursor}") == {"items": [], "next": None}


@pytest.mark.parametrize(
    "query",
    [
        "status=open",
        "status=",
        "incident=1",
        "total=yes",
        "version=x",
        "version=-1",
        "version=0",
        "version=",
        "project=dorfman-ag",
        "started_by=ana",
        "started_after=yesterday",
        "started_before=2026-13-01T00:00:00Z",
        "started_before=",
        f"definition={'x' * 201}",
        "statuss=running",
        "status=running&status=canceled",
        "offset=1",
    ],
)
def test_a_filter_that_means_nothing_is_refused(cleo_calls: Caller, query: str) -> None:
    body = problem(cleo_calls.get(f"{INSTANCES}?{query}"), 400, "bad_query")
    assert [error["path"] for error in body["errors"]] == [query.partition("=")[0]]


@pytest.mark.parametrize("query", ["status=running", "versions=some", f"q={'x' * 201}", "name=x", "direction=up"])
def test_the_same_for_definitions(cleo_calls: Caller, query: str, one_step: Any) -> None:
    path = f"{DEFINITIONS}/{one_step.uuid}/diagram" if query.startswith("direction") else DEFINITIONS
    problem(cleo_calls.get(f"{path}?{query}"), 400, "bad_query")


@pytest.mark.parametrize("text", ["%27%20OR%201%3D1", "%25", "_", "%5C", "%22", "%F0%9F%98%80", "%E2%80%AE", "%00"])
def test_texts_that_were_made_to_break_something_find_nothing(cleo_hub: Hub, seven: list[str], text: str) -> None:
    for path, names in ((INSTANCES, ("definition", "business_key", "entity_id")), (DEFINITIONS, ("key", "q"))):
        for name in names:
            response = cleo_hub.caller.get(f"{path}?{name}={text}")
            if text == "%00":
                problem(response, 400, "bad_query")
            elif text != "_":  # a key may have it, and none has
                assert response.json()["items"] == []


def test_pages_of_versions_end_too(cleo_hub: Hub, one_step: WorkflowInstance) -> None:
    for number in range(4):
        cleo_hub.publish(renamed(f"n{number}"))
    pages = cleo_hub.pages(f"{DEFINITIONS}/{one_step.uuid}/versions")
    assert [[item["version"] for item in page] for page in pages] == [[5, 4], [3, 2], [1]]


def test_cursors_are_of_one_key(cleo_hub: Hub, seven: list[str], settings: Any) -> None:
    cursor = cursors.cursor_after("workflow-instances", [3])
    assert cleo_hub.read(INSTANCES, f"cursor={cursor}")["next"] is None
    settings.SECRET_KEY = "another-secret-key-of-another-installation"
    problem(cleo_hub.caller.get(f"{INSTANCES}?cursor={cursor}"), 400, "bad_query")
