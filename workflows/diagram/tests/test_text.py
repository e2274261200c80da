"""Texts are measured and broken without a browser, and never into half a sign."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.diagram.text import ELLIPSIS, clean, shorten, width, wrap

FAMILY = "👩‍👩‍👧‍👦"


def test_wide_letters_are_wider() -> None:
    assert width("iiii", 14) < width("nnnn", 14) < width("WWWW", 14) < width("漢字漢字", 14)
    assert width("é", 14) == width("e", 14) == width("e\u0301", 14)
    assert width("ab", 14, bold=True) > width("ab", 14)


def test_a_text_breaks_at_spaces() -> None:
    assert wrap("Verify contact information", 110, 14, most=3).lines == ("Verify contact", "information")


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    wrapped = wrap("word " * 100, 100, 14, most=3)
    assert len(wrapped.lines) == 3
    assert wrapped.lines[-1].endswith(ELLIPSIS)
    assert shorten("short", 100, 14) == "short"


def test_a_word_longer_than_a_line_is_broken_anywhere() -> None:
    assert "".join(wrap("x" * 30, 100, 14, most=9).lines) == "x" * 30


def test_signs_of_several_code_points_stay_whole() -> None:
    for line in wrap(FAMILY * 9, 50, 14, most=9).lines:
        assert set(line.split(FAMILY)) == {""}
    assert shorten(FAMILY * 9, 60, 14).strip(ELLIPSIS).split(FAMILY)[-1] == ""
    assert wrap("🇩🇪🇫🇷🇮🇹", 20, 14, most=3).lines == ("🇩🇪", "🇫🇷", "🇮🇹")


@pytest.mark.parametrize("unspeakable", ["\x00", "\x1b", "\ud800", "\uffff", "\u2028", "\n\t", "\x85"])
def test_what_xml_cannot_hold_becomes_a_space(unspeakable: str) -> None:
    assert clean(f"a{unspeakable}b") == "a b"


def test_marks_that_turn_the_direction_are_left_out_and_letters_that_run_so_stay() -> None:
    assert clean("abc\u202edef\u2066") == "abcdef"
    assert clean("אישור לקוח") == "אישור לקוח"


@given(st.text(max_size=80), st.integers(30, 200))
def test_no_line_is_wider_than_its_room_and_nothing_is_lost_but_spaces(text: str, room: int) -> None:
    wrapped = wrap(text, room, 14, most=100)
    assert all(width(line, 14) <= room + 0.1 for line in wrapped.lines)
    assert "".join(wrapped.lines).replace(" ", "") == clean(text).replace(" ", "")


@given(st.text(max_size=80), st.integers(30, 200), st.integers(1, 3))
def test_never_more_lines_than_allowed(text: str, room: int, most: int) -> None:
    wrapped = wrap(text, room, 14, most=most)
    assert len(wrapped.lines) <= most
    assert wrapped.width <= room + 0.1
