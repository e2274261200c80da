"""Loops are found, ranks follow the longest way, few lines cross."""

import random

import pytest
from hypothesis import given

from workflows.diagram.cards import card
from workflows.diagram.flow import components, flow
from workflows.diagram.graph import Edge, Graph, Node
from workflows.diagram.order import arrange, crossings
from workflows.diagram.sheet import spread

from .graphs import LOOP, SIX, any_graph, edges


def graph(keys: str, *lines: str) -> Graph:
    return Graph(tuple(Node(key, key) for key in keys), edges(*lines))


def test_the_lines_that_lead_back_are_found() -> None:
    found = flow(LOOP)
    names = [node.key for node in LOOP.nodes]
    assert [(names[arc.source], names[arc.target]) for arc in found.back] == [
        ("welcome", "verify"),
        ("review", "verify"),
        ("training", "welcome"),
    ]
    assert [(names[arc.source], names[arc.target]) for arc in found.loops] == [("review", "review")]


def test_a_rank_is_the_length_of_the_longest_way() -> None:
    assert flow(graph("abcd", "a > b", "b > c", "a > c", "c > d")).rank == (0, 1, 2, 3)


def test_what_nothing_leads_to_stands_before_what_it_leads_to() -> None:
    assert flow(graph("abcx", "a > b", "b > c", "x > c")).rank == (0, 1, 2, 1)


def test_a_circle_begins_where_the_definition_does() -> None:
    found = flow(graph("abc", "c > a", "a > b", "b > c"))
    assert found.rank == (0, 1, 2)
    assert [(arc.source, arc.target) for arc in found.back] == [(2, 0)]


def test_going_back_to_one_of_two_branches_leaves_it_where_it_was() -> None:
    found = flow(graph("abcde", "a > b", "a > c", "b > d", "c > d", "d > e", "e > c"))
    assert found.rank == (0, 1, 1, 2, 3)
    assert [(arc.source, arc.target) for arc in found.back] == [(4, 2)]


def test_a_circle_that_is_defined_in_no_order_is_drawn_as_one_walks_it() -> None:
    found = flow(graph("axzy", "a > x", "x > y", "y > z", "z > x"))
    assert found.rank == (0, 1, 3, 2)
    assert [(arc.source, arc.target) for arc in found.back] == [(2, 1)]


@given(any_graph())
def test_forward_lines_lead_to_higher_ranks_and_the_others_do_not(graph: Graph) -> None:
    found = flow(graph)
    assert all(found.rank[arc.source] < found.rank[arc.target] for arc in found.forward)
    assert all(found.rank[arc.source] > found.rank[arc.target] for arc in found.back)


@given(any_graph())
def test_parts_share_no_edge_and_lose_nothing(graph: Graph) -> None:
    parts = components(graph)
    assert sorted(node.key for part in parts for node in part.nodes) == sorted(node.key for node in graph.nodes)
    assert sum(len(part.edges) for part in parts) == len(graph.edges)


def test_a_tree_defined_in_any_order_is_drawn_without_a_crossing() -> None:
    keys = [f"n{number}" for number in range(31)]
    tree = [Edge(keys[(number - 1) // 2], keys[number]) for number in range(1, 31)]
    for seed in range(5):
        random.Random(seed).shuffle(keys)
        assert _crossings(Graph(tuple(Node(key, key) for key in keys), tuple(tree))) == 0


@pytest.mark.parametrize(
    ("name", "most"), [("line", 0), ("fork and join", 0), ("loop", 2), ("failed", 0), ("skipped", 0)]
)
def test_the_pictures_by_which_diagrams_are_judged_have_few_crossings(name: str, most: int) -> None:
    assert _crossings(SIX[name]) <= most


def _crossings(graph: Graph) -> int:
    sheet = spread(flow(graph), [card(node) for node in graph.nodes])
    arrange(sheet)
    return crossings(sheet)
