"""Every picture can be read: nothing lies on anything else, and lines lead where the edges lead."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.diagram.axes import Direction
from workflows.diagram.graph import Edge, Graph, Node
from workflows.diagram.layout import layout

from . import geometry
from .graphs import SIX, any_graph, edges

directions = st.sampled_from(Direction)
PATIENTLY = settings(max_examples=150, deadline=None)


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
