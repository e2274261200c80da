"""Definitions and instances as pictures: what stands where, which ways were taken."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from conftest import Cast
from workflows import commands, compiled, queries
from workflows.diagram.graph import Graph, State
from workflows.diagram.layout import layout
from workflows.drawing import definition_graph, instance_graph
from workflows.engine.definition import parse
from workflows.engine.state import State as EngineState
from workflows.engine.tests.graphs import Plan, documents
from workflows.models import WorkflowInstance
from workflows.tests.samples import APPROVAL, ONBOARDING, ONE_STEP, PARALLEL, TRIP, Document, document

Publish, Start, Answer = Callable[..., Any], Callable[..., WorkflowInstance], Callable[..., Any]


def picture(instance: WorkflowInstance, **more: Any) -> Graph:
    instance.refresh_from_db()
    definition = compiled.definition_of(instance.definition_id)
    return instance_graph(definition, EngineState.from_json(instance.state), queries.runs(instance), **more)


def looks(graph: Graph) -> dict[str, str]:
    return {node.key: node.state.value for node in graph.nodes}


def notes(graph: Graph) -> dict[str, str]:
    return {node.key: node.note for node in graph.nodes if node.note}


def taken(graph: Graph) -> set[str]:
    return {f"{edge.source} > {edge.target}" for edge in graph.edges if edge.taken}


def arrows(graph: Graph) -> list[str]:
    return [f"{edge.source} > {edge.target}{': ' if edge.label else ''}{edge.label}" for edge in graph.edges]


# --- Definitions ------------------------------------------------------------------------------------------------------


def test_a_definition_shows_who_does_what_and_every_way() -> None:
    graph = definition_graph(parse(ONBOARDING), links={"verify": "/steps/verify/"})
    assert notes(graph) == {"verify": "ana, within 2 days", "welcome": "team sales", "review": "who starts it"}
    assert set(looks(graph).values()) == {"none"}
    assert [node.href for node in graph.nodes if node.href] == ["/steps/verify/"]
    assert arrows(graph) == [
        "(start) > verify",
        "verify > welcome: Approved",
        "verify > end: Rejected",
        "welcome > review: Email Sent",
        "welcome > verify: Email Failed",
        "review > end: Done",
    ]


def test_conditions_stand_on_the_ways_they_open() -> None:
    graph = definition_graph(parse(APPROVAL))
    assert [arrow for arrow in arrows(graph) if arrow.startswith(("fill", "lead", "pay"))] == [
        "fill > lead",
        "fill > board: amount > 1000",
        "lead > decide: Approve",
        "lead > end: Reject",
        "pay > end",
    ]


def test_first_match_ways_and_dependencies_are_drawn() -> None:
    steps = [
        {"key": "a", "next": [{"step": "b", "when": "x > 1"}, {"step": "c"}]},
        {"key": "b", "results": [{"code": "ok", "label": "Fine"}, {"code": "no", "label": "No", "next": "end"}]},
        {"key": "c", "type": "end"},
        {"key": "d", "depends_on": ["b"]},
        {"key": "e", "depends_on": []},
    ]
    assert arrows(definition_graph(parse({"key": "x", "name": "X", "steps": steps}))) == [
        "(start) > a",
        "(start) > e",
        "a > b: x > 1",
        "a > c: otherwise",
        "b > end: No",
        "b > d",
        "d > end",
        "e > end",
    ]


@pytest.mark.parametrize(
    ("step", "note"),
    [
        ({}, "anybody"),
        ({"assign": {"users": ["ana", "bo", "cleo", "eve"]}}, "ana, bo, cleo and 1 more"),
        ({"assign": {"variable": "lead"}, "due_in": "PT90M"}, "as lead says, within 1 hour 30 minutes"),
        ({"type": "automatic", "set": {"x": "1", "y": "2"}}, "sets x, y"),
        ({"type": "automatic", "decision": [{"then": {"x": 1}}]}, "decides by 1 row"),
        ({"type": "automatic", "action": "send_mail"}, "calls send_mail"),
        ({"type": "wait", "for": "P1DT2H"}, "for 1 day 2 hours"),
        ({"type": "wait", "until": "due"}, "until due"),
        ({"type": "wait", "message": "paid", "timeout": "P1W"}, "for the message paid, at most 7 days"),
        ({"type": "workflow", "workflow": "other", "version": 3}, "starts other v3"),
        ({"type": "end", "terminate": True}, "ends everything"),
    ],
)
def test_a_step_says_in_one_line_what_it_is(step: Document, note: str) -> None:
    first = {"key": "first", "next": "it"}
    graph = definition_graph(parse({"key": "x", "name": "X", "steps": [first, {"key": "it", **step}]}))
    assert notes(graph)["it"] == note


def test_long_conditions_are_cut() -> None:
    condition = " + ".join(["1"] * 100) + " > 1"
    steps = [{"key": "a", "next": [{"step": "b", "when": condition}, {"step": "c"}]}, {"key": "b"}, {"key": "c"}]
    graph = definition_graph(parse({"key": "x", "name": "X", "steps": steps}))
    assert all(len(edge.label) <= 80 for edge in graph.edges)


@settings(max_examples=60, deadline=None)
@given(documents(Plan(loops=True, ends=True, merges=True, counts=True)))
def test_every_process_can_be_drawn(given: Document) -> None:
    definition = parse(given)
    graph = definition_graph(definition)
    assert {node.key for node in graph.nodes} >= set(definition.graph.steps)
    assert layout(graph).width > 0


# --- Instances --------------------------------------------------------------------------------------------------------


def test_an_instance_shows_what_is_done_open_and_to_come(cast: Cast, publish: Publish, start: Start) -> None:
    publish(ONBOARDING)
    graph = picture(start(cast.ana, "account-onboarding"))
    assert looks(graph) == {
        "(start)": "done",
        "verify": "current",
        "welcome": "waiting",
        "review": "waiting",
        "end": "waiting",
    }
    assert taken(graph) == {"(start) > verify"}


def test_a_loop_back_is_a_second_visit(cast: Cast, publish: Publish, start: Start, answer: Answer) -> None:
    publish(ONBOARDING)
    instance = start(cast.ana, "account-onboarding")
    answer(cast.ana, instance, "verify", "approved", contact_verified=True)
    assert notes(picture(instance))["verify"] == "Approved, Ana Diaz"
    answer(cast.bo, instance, "welcome", "failed", email_address="x", template="Basic Welcome")
    graph = picture(instance, links={"verify": "/tasks/1/"})
    assert looks(graph)["verify"] == "current"
    assert notes(graph)["verify"] == "ana, within 2 days, visit 2"
    assert notes(graph)["welcome"] == "Email Failed, Bo Berg"
    assert taken(graph) == {"(start) > verify", "verify > welcome", "welcome > verify"}


def test_a_finished_instance_shows_what_was_left_out(
    cast: Cast, publish: Publish, start: Start, answer: Answer
) -> None:
    publish(ONBOARDING)
    instance = start(cast.ana, "account-onboarding")
    answer(cast.ana, instance, "verify", "rejected", contact_verified=False)
    graph = picture(instance)
    assert looks(graph) == {
        "(start)": "done",
        "verify": "done",
        "welcome": "skipped",
        "review": "skipped",
        "end": "done",
    }
    assert taken(graph) == {"(start) > verify", "verify > end"}


def test_a_canceled_instance_shows_where_it_stood(cast: Cast, publish: Publish, start: Start, actor_of: Any) -> None:
    publish(ONBOARDING)
    instance = start(cast.ana, "account-onboarding")
    commands.cancel(actor=actor_of(cast.cleo), instance=instance.pk, reason="Account was closed")
    graph = picture(instance)
    assert (looks(graph)["verify"], looks(graph)["welcome"], looks(graph)["end"]) == ("canceled", "skipped", "canceled")
    assert notes(graph) == {}


def test_a_join_says_how_many_have_come(cast: Cast, publish: Publish, start: Start, answer: Answer) -> None:
    publish(PARALLEL)
    instance = start(cast.ana, "parallel")
    answer(cast.ana, instance, "begin")
    answer(cast.ana, instance, "left")
    graph = picture(instance)
    assert (looks(graph)["left"], looks(graph)["right"], looks(graph)["join"]) == ("done", "current", "waiting")
    assert notes(graph)["join"] == "1 of 2 have come"
    assert taken(graph) == {"(start) > begin", "begin > left", "begin > right", "left > join"}
    answer(cast.bo, instance, "right")
    graph = picture(instance)
    assert looks(graph)["join"] == "current"
    assert {"left > join", "right > join"} <= taken(graph)


@pytest.mark.parametrize(("amount", "boards"), [(500, False), (2_000, True)])
def test_only_the_branches_that_opened_are_taken(
    cast: Cast, publish: Publish, start: Start, answer: Answer, amount: int, boards: bool
) -> None:
    publish(APPROVAL)
    instance = start(cast.ana, "approval")
    answer(cast.ana, instance, "fill", amount=amount)
    graph = picture(instance)
    assert ("fill > board" in taken(graph)) == boards
    assert looks(graph)["board"] == ("current" if boards else "waiting"), "it may come when the process goes back"


def test_an_incident_shows_its_reason(cast: Cast, publish: Publish, start: Start) -> None:
    steps = [{"key": "calc", "name": "Compute", "type": "automatic", "set": {"y": "x + 1.0"}}]
    publish(document(ONE_STEP, steps=steps))
    graph = picture(start(cast.ana, "one-step"))
    assert looks(graph)["calc"] == "failed"
    assert notes(graph)["calc"].startswith("'Compute' cannot be opened")


def test_waits_messages_and_sub_workflows_are_told(cast: Cast, publish: Publish, start: Start) -> None:
    publish(ONE_STEP)
    publish(TRIP)
    graph = picture(start(cast.ana, "trip"))
    assert (looks(graph)["calc"], looks(graph)["rest"]) == ("done", "current")
    assert notes(graph)["rest"] == "for 1 day"
    assert taken(graph) == {"(start) > calc", "calc > rest"}
    assert State.WAITING in {node.state for node in graph.nodes}
