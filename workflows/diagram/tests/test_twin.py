"""What the picture shows can be read as a list."""

from hypothesis import given

from workflows.diagram.graph import Graph, Node, State
from workflows.diagram.twin import steps, summary

from .graphs import LINE, LOOP, SKIPPED, any_graph, edges


def test_each_step_says_where_it_leads() -> None:
    assert {step.key: step.leads_to for step in steps(LOOP)} == {
        "start": "Verify Contact Information",
        "verify": "approved: Send welcome email; rejected: End",
        "welcome": "failed: back to Verify Contact Information; sent: Review",
        "review": "rejected: back to Verify Contact Information; ask again: back to Review; approved: Training",
        "training": "once more: back to Send welcome email; End",
        "end": "",
    }


def test_each_step_says_what_it_is_and_where_it_stands() -> None:
    told = {step.key: step.about for step in steps(SKIPPED)}
    assert told["manual"] == "human step, skipped"
    assert told["kyc"] == "workflow, done, 4 steps"
    assert told["start"] == "done"


def test_only_current_steps_are_current() -> None:
    assert [step.key for step in steps(LINE) if step.is_current] == ["review"]


def test_steps_come_in_the_order_of_reading() -> None:
    nodes = tuple(Node(key, key) for key in "dcba")
    graph = Graph(nodes, edges("a > b", "b > c", "c > d"))
    assert [step.key for step in steps(graph)] == ["a", "b", "c", "d"]


def test_parts_come_one_after_the_other() -> None:
    nodes = tuple(Node(key, key) for key in ("a1", "b1", "a2", "b2"))
    assert [step.key for step in steps(Graph(nodes, edges("a1 > a2", "b1 > b2")))] == ["a1", "a2", "b1", "b2"]


def test_a_step_without_a_name_is_called_by_its_key() -> None:
    assert [step.label for step in steps(Graph((Node("ask", "  "),)))] == ["ask"]


def test_the_summary_counts_states() -> None:
    assert summary(LINE) == "6 steps: 3 done, 1 current, 2 waiting."
    assert summary(Graph((Node("a", "A"),))) == "1 step."
    assert summary(Graph((Node("a", "A", state=State.FAILED),))) == "1 step: 1 failed."


@given(any_graph())
def test_the_list_has_every_node_once_and_every_edge(graph: Graph) -> None:
    told = steps(graph)
    assert sorted(step.key for step in told) == sorted(node.key for node in graph.nodes)
    assert sum(len(step.exits) for step in told) == len(set(graph.edges))


def test_the_order_of_the_edges_means_nothing() -> None:
    backward = tuple(reversed(LOOP.edges))
    assert steps(Graph(LOOP.nodes, backward)) == steps(LOOP)
