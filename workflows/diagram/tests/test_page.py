"""The diagram on a page: for the eye, for the ear, for the keyboard, under a strict CSP, without JavaScript."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.template import Context, Template
from playwright.sync_api import Browser, Page, Route

from workflows.diagram.axes import Direction
from workflows.diagram.graph import Graph, Kind, Node
from workflows.diagram.twin import steps

from .graphs import FAILED, LINE, LOOP, SIX, edges

ADDRESS = "http://taskhub.test/"
POLICY = "default-src 'none'; style-src 'self'"
LEAPING = Graph(
    tuple(Node(f"s{number}", f"Step {number}") for number in range(1000)),
    edges(*(f"s{number} > s{number + 1}" for number in range(999)), *(f"s{n} > s{n + 400}" for n in range(0, 600, 2))),
)


def html(graph: Graph, arguments: str = "", title: str = "Onboarding <1>") -> str:
    template = Template("{% load diagrams %}{% diagram graph title=title " + arguments + " %}")
    return template.render(Context({"graph": graph, "title": title}))


def test_the_list_names_the_same_steps_as_the_picture() -> None:
    for name, graph in SIX.items():
        page = html(graph)
        items = page.split("<ol ")[1].split("<li")[1:]
        assert len(items) == page.count('class="dg-node ') == len(graph.nodes)
        for step, item in zip(steps(graph), items, strict=True):
            assert step.label in item, name


def test_the_list_marks_the_current_step_and_leads_where_the_picture_leads() -> None:
    items = html(LINE).split("<ol ")[1].split("<li")[1:]
    assert [index for index, item in enumerate(items) if item.startswith(' aria-current="step"')] == [3]
    assert '<a href="/tasks/2/">Review customer file</a>' in items[3]
    assert "Leads to Training." in items[3]


def test_what_people_wrote_is_escaped() -> None:
    page = html(Graph((Node("a", "<script>"), Node("b", "B")), edges("a > b: <b>")))
    assert "<script>" not in page
    assert "<b>:" not in page
    assert "Onboarding &lt;1&gt;" in page


def test_the_picture_of_a_definition_has_no_legend_of_states_and_no_current_step() -> None:
    page = html(Graph((Node("start", "Start", Kind.START), Node("ask", "Ask")), edges("start > ask")))
    assert "diagram__legend" not in page
    assert "Go to current step" not in page


def test_a_page_that_says_it_all_itself_leaves_the_list_out() -> None:
    assert "<ol" not in html(LINE, "in_words='absent'")
    assert "<details" in html(LINE, "in_words='open'")
    assert re.search(r"<details[^>]* open", html(LINE, "in_words='open'"))


def test_a_graph_too_large_for_a_picture_is_told_in_words() -> None:
    page = html(LEAPING, "in_words='absent'")
    assert "too many steps for a picture" in page
    assert page.count("<li") == 1000
    assert "<svg" not in page
    assert Template("{% load diagrams %}{% diagram_svg graph 'x' %}").render(Context({"graph": LEAPING})) == ""


def test_two_diagrams_on_one_page_share_no_id() -> None:
    page = html(LINE, "ident='one'") + html(LINE, "ident='two'")
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


# --- In a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser has to say, violations of the policy included."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield said
    assert said == []


def show(page: Page, body: str, theme: str = "light") -> None:
    """Opens a page with that body, as the pages of TaskHub have it."""
    styles = ("taskhub", "diagram")
    sheets = "".join(f'<link rel="stylesheet" href="/{name}.css">' for name in styles)
    document = f"""<!doctype html><html lang="en" data-theme="{theme}"><head><title>Diagram</title>{sheets}
        <link rel="icon" href="data:,"></head>
        <body><main class="page"><h1>Diagram</h1>{body}</main></body></html>"""

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        if name.endswith(".css"):
            route.fulfill(path=settings.BASE_DIR / "static" / "css" / name, content_type="text/css")
        else:
            headers = {"Content-Security-Policy": POLICY + "; img-src data:"}
            route.fulfill(body=document, content_type="text/html; charset=utf-8", headers=headers)

    page.route(f"{ADDRESS}**", answer)
    page.goto(ADDRESS)


OVERFLOWING = """() => [...document.querySelectorAll('.dg-node')].flatMap(node => {
    const box = node.querySelector('.dg-box').getBBox();
    return [...node.querySelectorAll('text')]
        .filter(text => text.getBBox().x + text.getBBox().width > box.x + box.width - 4)
        .map(text => text.textContent);
})"""


@pytest.mark.browser
@pytest.mark.parametrize("direction", Direction)
def test_texts_stay_inside_their_boxes(page: Page, complaints: list[str], direction: Direction) -> None:
    named = tuple(
        Node(f"n{number}", name, note=f"{name} {name}")
        for number, name in enumerate(
            ("WWWW MMMM WWWW MMMM", "iiii llll " * 9, "Überprüfung der Kontaktdaten", "x" * 500, "确认联系信息" * 9)
        )
    )
    shown = [*SIX.values(), Graph(named, edges("n0 > n1: approved", "n1 > n2", "n3 > n4"))]
    show(page, "".join(html(graph, f"ident='d{number}' direction='{direction}'") for number, graph in enumerate(shown)))
    assert page.evaluate(OVERFLOWING) == []


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_amiss_for_those_who_do_not_see(page: Page, complaints: list[str], theme: str) -> None:
    show(
        page,
        html(LINE, "ident='one' in_words='open'") + html(FAILED, "ident='two'", "Two") + html(LOOP, "", "Three"),
        theme,
    )
    found: Any = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []


@pytest.mark.browser
def test_steps_can_be_reached_and_seen_with_the_keyboard(page: Page, complaints: list[str]) -> None:
    show(page, html(LINE))
    first = page.locator("a.dg-node").first
    plain = first.locator(".dg-box").evaluate("box => getComputedStyle(box).strokeWidth")
    page.locator(".diagram__scroll").focus()
    page.keyboard.press("Tab")
    assert first.evaluate("link => link === document.activeElement")
    assert first.locator(".dg-box").evaluate("box => getComputedStyle(box).strokeWidth") != plain


@pytest.mark.browser
def test_it_zooms_and_scrolls_without_javascript(browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 800, "height": 600})
    page = context.new_page()
    show(page, html(SIX["long"]))
    picture, region = page.locator(".diagram__scroll > svg"), page.locator(".diagram__scroll")
    natural, room = picture.bounding_box(), region.bounding_box()
    assert natural is not None
    assert room is not None
    assert natural["width"] > 4 * room["width"]
    page.get_by_label("Fit").check()
    fitting = picture.bounding_box()
    assert fitting is not None
    assert fitting["width"] <= room["width"]
    page.get_by_label("150 %").check()
    larger = picture.bounding_box()
    assert larger is not None
    assert larger["width"] == pytest.approx(natural["width"] * 1.5, rel=0.01)
    page.get_by_text("Go to current step").click()
    current = page.locator("#diagram-current").bounding_box()
    assert current is not None
    assert room["x"] <= current["x"] < room["x"] + room["width"]
    context.close()
