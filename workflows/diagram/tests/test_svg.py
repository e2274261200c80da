"""The picture is sound XML, safe under a strict CSP, and says in words what it shows."""

import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from workflows.diagram.axes import Direction
from workflows.diagram.graph import Edge, Graph, Kind, Node, State
from workflows.diagram.marks import KIND_MARKS, STATE_MARKS
from workflows.diagram.standalone import SHEET, TOKENS, standalone, style
from workflows.diagram.svg import Look, svg

from .graphs import FAILED, LINE, LOOP, SIX, SKIPPED, edges

SVG = "{http://www.w3.org/2000/svg}"
SNAPSHOT = Path(__file__).parent / "snapshots" / "small.svg"
SMALL = Graph(
    (Node("start", "Start", Kind.START), Node("ask", "Ask", note="Sales Team"), Node("end", "End", Kind.END)),
    edges("start > ask", "ask > end: yes", "ask > ask: no"),
)
HOSTILE = [
    "<script>alert(1)</script>",
    "\"' onload='alert(1)' x=\"",
    "&lt;b&gt; & ]]> <!-- --> <![CDATA[",
    "אישור לקוח חדש",
    "\u202egnp.exe\u202c",
    "👩‍👩‍👧‍👦 🇩🇪 e\u0301 漢字",
    "\x00\x1b[31m\ud800 null and escape",
    "x" * 500,
    "many words " * 50,
    "   ",
]


def parsed(text: str) -> Element:
    return fromstring(text)  # noqa: S314  # our own text


def elements(root: Element, name: str) -> list[Element]:
    return list(root.iter(f"{SVG}{name}"))


def by_class(root: Element, name: str) -> list[Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def test_a_small_graph_looks_as_it_did() -> None:
    """If it is meant to look differently now, write the new picture over the old one, and look at it."""
    assert standalone(SMALL, Look("Small")) == SNAPSHOT.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SIX)
def test_nothing_in_it_offends_a_strict_content_security_policy(name: str) -> None:
    root = parsed(svg(SIX[name], Look(name)))
    assert not elements(root, "style")
    assert not elements(root, "script")
    assert not [key for element in root.iter() for key in element.attrib if key == "style" or key.startswith("on")]


@pytest.mark.parametrize(("label", "draw"), list(product(HOSTILE, [svg, standalone])))
def test_hostile_texts_are_only_texts(label: str, draw: object) -> None:
    nodes = (Node("a", label, note=label, href="/a?x=1&y=2"), Node("b", label, Kind.END), Node("<c>", "C"))
    graph = Graph(nodes, (Edge("a", "b", label), Edge("b", "a", label, True), Edge("a", "a", label), Edge("b", "<c>")))
    assert callable(draw)
    written = draw(graph, Look(label, ident="x"))
    root = parsed(written)
    allowed = {"svg", "title", "desc", "g", "a", "path", "rect", "circle", "text", "style"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on")]
    assert "\x00" not in written
    assert "\u202e" not in written


def test_a_long_name_is_cut_on_its_box_and_whole_in_its_title() -> None:
    root = parsed(svg(Graph((Node("a", "word " * 100),)), Look("Long")))
    lines = by_class(root, "dg-title")
    assert len(lines) == 3
    assert str(lines[-1].text).endswith("…")
    (node,) = by_class(root, "dg-node")
    assert str(node[0].text).startswith(("word " * 100).strip())


def test_a_picture_without_links_is_one_image_with_a_name_and_a_description() -> None:
    root = parsed(svg(LOOP, Look("Onboarding", ident="d1")))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "d1-title"
    assert root.get("aria-describedby") == "d1-desc"
    assert [element.text for element in root if element.get("id") == "d1-title"] == ["Onboarding"]
    assert [element.text for element in elements(root, "desc")] == ["6 steps: 3 done, 1 current, 2 waiting."]


def test_a_picture_with_links_is_a_group_of_named_things() -> None:
    root = parsed(svg(LINE, Look("Onboarding")))
    assert root.get("role") == "group"
    assert {link.get("href"): link.get("aria-label") for link in elements(root, "a")} == {
        "/tasks/1/": "Account setup, Human step, Done · jdoe",
        "/tasks/2/": "Review customer file, Human step, Current · 2 h late · Sales Team",
    }
    assert all(node.get("aria-label") for node in by_class(root, "dg-node"))
    assert [node.get("href") for node in root.iter() if node.get("aria-current") == "step"] == ["/tasks/2/"]


def test_it_needs_no_django() -> None:
    program = "import sys, workflows.diagram.standalone; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


def test_one_can_jump_to_the_current_step() -> None:
    root = parsed(svg(LINE, Look("Onboarding", ident="d1")))
    assert [node.get("aria-label") for node in root.iter() if node.get("id") == "d1-current"] == [
        "Review customer file, Human step, Current · 2 h late · Sales Team"
    ]


def test_a_node_may_lead_to_pages_only() -> None:
    with pytest.raises(ValueError, match="no page"):
        Node("a", "A", href="javascript:alert(1)")


@pytest.mark.parametrize("edge", [Edge("a", "nowhere"), Edge("nowhere", "a")], ids=["to nowhere", "from nowhere"])
def test_an_edge_has_two_ends(edge: Edge) -> None:
    with pytest.raises(ValueError, match="no node"):
        Graph((Node("a", "A"),), (edge,))


def test_a_key_stands_for_one_node() -> None:
    with pytest.raises(ValueError, match="same key"):
        Graph((Node("a", "A"), Node("a", "B")))


def test_states_and_kinds_are_told_by_shape() -> None:
    """Each has a mark of its own, and none says what it is by its class alone."""
    for marks in (STATE_MARKS, KIND_MARKS):
        shapes = {re.sub(r' class="[^"]*"', "", drawn) for drawn in marks.values()}
        assert len(shapes) == len(marks)
    assert set(STATE_MARKS) == set(State) - {State.NONE}
    assert set(KIND_MARKS) == set(Kind)


def test_states_are_told_by_words() -> None:
    notes = {str(note.text) for note in by_class(parsed(svg(SKIPPED, Look("Skipped"))), "dg-note")}
    assert {"Skipped", "Waiting", "Done · 4 steps", "Current · until 16 Jan 12:00"} <= notes


def test_lines_are_two_shapes_however_many_edges_there_are() -> None:
    root = parsed(svg(SIX["long"], Look("Long")))
    assert len(by_class(root, "dg-wire")) == len(by_class(root, "dg-head")) == 2


def test_a_file_of_its_own_brings_its_style_with_fixed_colours() -> None:
    written = standalone(FAILED, Look("Failed"))
    root = parsed(written)
    assert written.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert "var(" not in written
    assert TOKENS["red-ink"] in style()
    assert "}" not in re.sub(r"[^{}]*\{[^{}]*\}", "", style()), "its rules are plain, for programs that know no others"
    assert not elements(root, "a")
    assert root.get("role") == "img"


def test_the_fixed_colours_are_of_tokens_that_the_pages_have() -> None:
    sheet = SHEET.with_name("taskhub.css").read_text(encoding="utf-8")
    assert [name for name in TOKENS if f"--{name}:" not in sheet] == []


def test_a_file_of_its_own_explains_its_signs() -> None:
    root = parsed(standalone(FAILED, Look("Failed")))
    (legend,) = by_class(root, "dg-legend")
    assert [text.text for text in elements(legend, "text")] == ["Done", "Waiting", "Failed"]
    assert not by_class(parsed(standalone(SMALL, Look("Small"))), "dg-legend")


def test_a_picture_that_flows_downward_is_high_and_not_wide() -> None:
    right, down = (parsed(svg(LINE, Look("x", direction=direction))) for direction in Direction)
    assert float(right.get("width", 0)) > float(right.get("height", 0))
    assert float(down.get("width", 0)) < float(down.get("height", 0))
