"""Texts for people: placeholders are looked up once, in data only, and are no language."""

from time import process_time
from typing import Any

import pytest

from tasks.domain.placeholders import missing, names, render

VARIABLES = {
    "who": "Ana",
    "n": 3,
    "ok": True,
    "none": None,
    "a": {"b": {"c": "deep"}},
    "l": [1, "x"],
    "again": "{{who}}",
}
HOSTILE = [
    "{{who.__class__}}",
    "{{who.__class__.__mro__}}",
    "{{a.__init__.__globals__}}",
    "{{''.__class__}}",
    "{{who|upper}}",
    "{{1+1}}",
    "{{9**9**9}}",
    "{{who.upper()}}",
    "{% include 'settings' %}",
    "{% for x in l %}x{% endfor %}",
    "{0.__class__} {who.__class__} %(who)s %s ${who} {who!r:>1000000000}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{who['__class__']}}",
    "<%= who %> #{who} ${{who2}}",
    "{{{{who}",
    "{{" * 20_000,
    "{{a" + ".b" * 20_000 + "}}",
    "{{" + " " * 50_000 + "who}}",
    "{{" + "a" * 50_000,
    ("{{" + ".".join(["a" * 60] * 11)) * 75,
]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Call {{who}}", "Call Ana"),
        ("{{ who }}{{who}}", "AnaAna"),
        ("{{n}} {{ok}} {{none}}|", "3 true |"),
        ("{{a.b.c}}", "deep"),
        ("{{l}} {{a.b}}", '[1, "x"] {"c": "deep"}'),
        ("{{again}}", "{{who}}"),
        ("{{missing}} {{a.x}}", "{{missing}} {{a.x}}"),
        ("{{{who}}}", "{Ana}"),
        ("nothing", "nothing"),
    ],
)
def test_placeholders_are_filled_once(template: str, text: str) -> None:
    assert render(template, VARIABLES, most=500) == text


@pytest.mark.parametrize("template", HOSTILE, ids=lambda template: template[:30])
def test_what_is_no_placeholder_stays_as_it_is_written(template: str) -> None:
    started = process_time()
    rendered = render(template, VARIABLES, most=100_000)
    names(template)
    assert process_time() - started < 0.05
    assert rendered == template


def test_a_text_does_not_grow_past_its_bound() -> None:
    started = process_time()
    assert len(render("{{x}}" * 10_000, {"x": "y" * 900_000}, most=50_000, most_value=50_000)) == 50_000
    assert len(render("{{x}}" * 10_000, {"x": [[]] * 250_000}, most=50_000)) == 50_000
    assert len(render("{{x}}" * 10_000, {"x": "y" * 100_000}, most=500)) == 500
    assert process_time() - started < 0.15


def test_the_names_of_a_text_stand_in_its_order_each_once() -> None:
    assert names("{{b}} {{ a.x }} {{b}} {{1}}", "{{c-d}} {{_e}}") == ("b", "a.x", "c-d", "_e")


@pytest.mark.parametrize(
    ("wanted", "variables", "answer"),
    [
        (("a", "b"), {"a": 1}, ("b",)),
        (("a", "b"), {"a": None, "b": ""}, ()),
        (("a.b", "a.c", "a.b.d"), {"a": {"b": 1}}, ("a.c", "a.b.d")),
        (("who.__class__", "__class__"), {"who": "Ana"}, ("who.__class__", "__class__")),
        (("a.b",), {"a.b": 1}, ("a.b",)),
    ],
)
def test_what_no_variable_answers_is_named(
    wanted: tuple[str, ...], variables: dict[str, Any], answer: tuple[str, ...]
) -> None:
    assert missing(wanted, variables) == answer
