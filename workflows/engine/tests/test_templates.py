"""Texts for people: placeholders are looked up once, in data only, and are no language."""

from time import process_time

import pytest

from workflows.engine.intents import OpenTask
from workflows.engine.templates import render

from .playing import Play, define

VARIABLES = {
    "who": "Ana",
    "n": 3,
    "ok": True,
    "none": None,
    "a": {"b": {"c": "deep"}},
    "l": [1, "x"],
    "again": "{{who}}",
}


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
        ("nothing", "nothing"),
    ],
)
def test_placeholders_are_filled_once(template: str, text: str) -> None:
    assert render(template, VARIABLES, most=500) == text


@pytest.mark.parametrize(
    "template",
    [
        "{{who.__class__}}",
        "{{who.__class__.__mro__}}",
        "{{a.__init__.__globals__}}",
        "{{''.__class__}}",
        "{{who|upper}}",
        "{{1+1}}",
        "{{who.upper()}}",
        "{% include 'settings' %}",
        "{% for x in l %}x{% endfor %}",
        "{0.__class__} {who.__class__} %(who)s %s ${who}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{who['__class__']}}",
        "{{{{who}}",
        "{{" * 20_000,
        "{{a" + ".b" * 20_000 + "}}",
        "{{" + " " * 50_000 + "who}}",
        "{{" + "a" * 50_000,
    ],
    ids=lambda template: template[:30],
)
def test_what_is_no_placeholder_stays_as_it_is_written(template: str) -> None:
    started = process_time()
    rendered = render(template, VARIABLES, most=100_000)
    assert process_time() - started < 0.05
    assert rendered == template.replace("{{{{who}}", "{{Ana")


def test_a_text_does_not_grow_past_its_bound() -> None:
    assert len(render("{{x}}" * 1_000, {"x": "y" * 100_000}, most=500)) == 500


def test_a_title_is_never_empty() -> None:
    play = Play(define({"key": "a", "name": "Ask", "title": "{{who}}"})).start(who="  ")
    assert play.all_of(OpenTask)[0].title == "Ask"
