"""Every picture can be read: nothing lies on anything else, and lines lead where the edges lead."""

import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.diagram.axes import Direction
from workflows.diagram.drawing import Drawing
from workflows.diagram.graph import Edge, Graph, Kind, Node, State
from workflows.diagram.layout import TooLarge, layout

from . import geometry
from .graphs import FORK_JOIN, LINE, LOOP, SIX, any_graph, edges

directions = st.sampled_from(Direction)
PATIENTLY = settings(max_examples=80, deadline=None)


def faults(graph: Graph, direction: Direction) -> dict[str, list]:
    drawing = layout(graph, direction)
    found = {
        "overlap": geometry.overlapping_boxes(drawing, clear=20),
        "through": geometry.lines_through_boxes(drawing, clear=8),
        "captions": geometry.captions_on_something(drawing),
        "outside": geometry.outside(drawing),
        "oblique": geometry.oblique(drawing),
    }
    return {name: faults for name, faults in found.items() if faults}


def middles(drawing: Drawing) -> dict[str, float]:
    return {box.node.key: box.y + box.height / 2 for box in drawing.boxes}


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("name", SIX)
def test_nothing_lies_on_anything_else(name: str, direction: Direction) -> None:
    assert faults(SIX[name], direction) == {}


@PATIENTLY
@given(any_graph(), directions)
def test_nothing_lies_on_anything_else_in_any_graph(graph: Graph, direction: Direction) -> None:
    assert faults(graph, direction) == {}


@PATIENTLY
@given(any_graph(), directions)
def test_the_eye_gets_along_the_lines_exactly_where_the_edges_lead(graph: Graph, direction: Direction) -> None:
    meant: dict[str, set[str]] = {node.key: set() for node in graph.nodes}
    for edge in graph.edges:
        meant[edge.source].add(edge.target)
    assert geometry.reached(layout(graph, direction), graph) == meant


@PATIENTLY
@given(any_graph(most=15), directions, st.randoms(use_true_random=False))
def test_the_order_of_the_edges_means_nothing(graph: Graph, direction: Direction, chance: random.Random) -> None:
    shuffled = list(graph.edges)
    chance.shuffle(shuffled)
    assert layout(Graph(graph.nodes, tuple(shuffled)), direction) == layout(graph, direction)


def test_the_same_graph_gives_the_same_picture_in_every_process() -> None:
    program = "from workflows.diagram.tests.graphs import SIX; from workflows.diagram.layout import layout; "
    program += "print([layout(graph) for graph in SIX.values()])"
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_what_leads_on_lies_to_the_right_and_downward_if_asked() -> None:
    order = [box.x for box in layout(LINE).boxes]
    assert order == sorted(set(order))
    order = [box.y for box in layout(LINE, Direction.DOWN).boxes]
    assert order == sorted(set(order))


def test_the_longest_way_runs_straight() -> None:
    drawing = layout(LOOP)
    spine = ("start", "verify", "welcome", "review", "training", "end")
    for source, target in pairwise(spine):
        wire = next(wire for wire in drawing.wires if (wire.source, wire.target) == (source, target))
        assert len({y for _, y in wire.points}) == 1, f"{source} -> {target} bends"


def test_equal_branches_part_evenly() -> None:
    nodes = (Node("a", "A"), Node("b", "B"), Node("c", "C"), Node("d", "D"))
    at = middles(layout(Graph(nodes, edges("a > b", "a > c", "b > d", "c > d"))))
    assert at["a"] == at["d"] == (at["b"] + at["c"]) / 2
    at = middles(layout(FORK_JOIN))
    assert at["submit"] == at["finance"] == at["pay"]


def test_a_line_back_runs_below_the_boxes() -> None:
    drawing = layout(LOOP)
    bottom = max(box.y + box.height for box in drawing.boxes if box.node.key in ("verify", "welcome", "review"))
    assert max(y for wire in drawing.wires for _, y in wire.points) > bottom


def test_a_picture_keeps_its_shape_while_the_instance_moves_on() -> None:
    def shape(state: State) -> list[tuple]:
        nodes = tuple(replace(node, state=state, note="ana") for node in LINE.nodes)
        drawing = layout(Graph(nodes, LINE.edges))
        return [(box.x, box.y, box.width, box.height) for box in drawing.boxes] + [
            wire.points for wire in drawing.wires
        ]

    assert shape(State.WAITING) == shape(State.CURRENT) == shape(State.FAILED)


def test_parallel_edges_are_one_line_with_all_their_labels() -> None:
    nodes = (Node("a", "A"), Node("b", "B"))
    drawing = layout(Graph(nodes, edges("a > b: yes", "a > b: perhaps!", "a > b")))
    assert len(drawing.wires) == 1
    assert drawing.wires[0].taken
    (placed,) = drawing.captions
    assert [(line.text, line.taken) for line in placed.caption.lines] == [("perhaps", True), ("yes", False)]


def test_many_parallel_edges_say_how_many_more() -> None:
    nodes = (Node("a", "A"), Node("b", "B"))
    drawing = layout(Graph(nodes, edges(*(f"a > b: result {number}" for number in range(9)), "a > b: z!")))
    (placed,) = drawing.captions
    assert [line.text for line in placed.caption.lines] == ["z", "result 0", "+ 8 more"]


def test_only_what_was_taken_is_drawn_as_taken() -> None:
    nodes = tuple(Node(key, key) for key in "abcd")
    drawing = layout(Graph(nodes, edges("a > b!", "b > c!", "c > d", "a > d", "b > d!")))
    taken = {(wire.source, wire.target) for wire in drawing.wires if wire.taken and wire.source and wire.target}
    assert taken == {("a", "b"), ("b", "c")}
    shared = [wire for wire in drawing.wires if wire.target == "d" and wire.source is None]
    assert [wire.taken for wire in shared] == [True]
    alone = [wire for wire in drawing.wires if wire.source == "a" and wire.target is None]
    assert [wire.taken for wire in alone] == [False]


def test_nothing_at_all_is_an_empty_picture() -> None:
    assert layout(Graph(())) == Drawing(0, 0, (), (), ())


def test_a_thousand_steps_that_may_all_be_rejected_take_about_a_second() -> None:
    nodes = (*(Node(f"s{number}", f"Step {number}") for number in range(1000)), Node("end", "End", Kind.END))
    onward = tuple(Edge(f"s{number}", f"s{number + 1}", "ok") for number in range(999))
    away = tuple(Edge(f"s{number}", "end", "rejected") for number in range(1000))
    back = tuple(Edge(f"s{number}", f"s{number - 3}", "again") for number in range(3, 1000, 5))
    began = time.process_time()
    drawing = layout(Graph(nodes, onward + away + back))
    assert time.process_time() - began < 6
    assert len(drawing.boxes) == 1001
    assert len({box.y + box.height / 2 for box in drawing.boxes}) == 1


def test_what_nobody_could_follow_is_refused() -> None:
    nodes = tuple(Node(f"s{number}", f"Step {number}") for number in range(1000))
    onward = tuple(Edge(f"s{number}", f"s{number + 1}") for number in range(999))
    leaps = tuple(Edge(f"s{number}", f"s{number + 400}") for number in range(0, 600, 2))
    with pytest.raises(TooLarge):
        layout(Graph(nodes, onward + leaps))
