"""Texts of steps: what tasks are called and what they say, with the variables of the instance in them."""

from workflows.engine.intents import OpenTask

from .playing import Play, define


def test_the_texts_of_a_task_say_the_variables() -> None:
    step = {"key": "a", "name": "Ask", "title": "Ask {{who}}", "description": "{{ who }}, {{order.total}}, {{what}}"}
    opened = Play(define(step)).start(who="Ana", order={"total": 3}).all_of(OpenTask)[0]
    assert (opened.title, opened.description) == ("Ask Ana", "Ana, 3, {{what}}")


def test_a_title_is_never_empty() -> None:
    play = Play(define({"key": "a", "name": "Ask", "title": "{{who}}"})).start(who="  ")
    assert play.all_of(OpenTask)[0].title == "Ask"
