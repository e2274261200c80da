"""Words for people, and lines and dots taken apart."""

from datetime import timedelta

import pytest

from taskhub.templating.words import hours_in_words, label_of, lines_of, nested


@pytest.mark.parametrize(
    ("variable", "label"),
    [("issue_id", "Issue id"), ("customer.first-name", "Customer, first name"), ("_", "_"), ("Ok", "Ok")],
)
def test_variables_are_called_by_words(variable: str, label: str) -> None:
    assert label_of(variable) == label


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (None, ""),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=4), "2 days 4 hours"),
        (timedelta(minutes=90), "1 hour 30 minutes"),
        (timedelta(seconds=5), "at once"),
    ],
)
def test_lengths_are_said_in_words(length: timedelta | None, words: str) -> None:
    assert hours_in_words(length) == words


def test_points_stand_on_lines() -> None:
    assert lines_of("a\r\n\r\n  b \nc") == ["a", "b", "c"]


def test_names_with_dots_are_parts() -> None:
    assert nested([("a.b", 1), ("a.c.d", 2), ("e", 3)]) == {"a": {"b": 1, "c": {"d": 2}}, "e": 3}
    assert nested([("a", "x"), ("a.b", 1)]) == {"a": {"b": 1}}
    assert nested([("a.b.c", 1), ("a.b", "x")]) == {"a": {"b": {"c": 1}}}
