import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.template import TemplateSyntaxError
from django.test import Client

from taskhub.inbox import words
from taskhub.inbox.icons import ICONS, sprite
from taskhub.inbox.story import SENTENCES
from taskhub.inbox.templatetags import signs
from taskhub.inbox.verbs import LOOKS
from taskhub.inbox.views.notifications import ICONS as NOTICE_ICONS
from tasks.actions import LABELS
from tasks.domain.lifecycle import ShareState, State
from tasks.models import Priority
from tasks.notifications.notices import NOTICES

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))


def test_every_state_share_and_priority_has_a_word_and_a_shape() -> None:
    assert set(words.STATES) == {state.value for state in State}
    assert set(words.SHARES) == {state.value for state in ShareState}
    assert set(words.PRIORITIES) == set(Priority.values)
    for table in (words.STATES, words.SHARES, words.PRIORITIES):
        assert len({sign.word for sign in table.values()}) == len(table)
        assert len({sign.icon for sign in table.values()}) == len(table)


def test_every_action_and_notice_can_be_shown() -> None:
    assert set(LOOKS) == set(LABELS)
    assert set(NOTICE_ICONS) == set(NOTICES)


def test_every_icon_that_the_pages_name_is_in_the_sprite() -> None:
    named = {
        sign.icon
        for table in (words.STATES, words.CLOSED_REASONS, words.PRIORITIES, words.SHARES)
        for sign in table.values()
    }
    named |= {look.icon for look in LOOKS.values()} | {sentence.icon for sentence in SENTENCES.values()}
    named |= set(NOTICE_ICONS.values())
    for template in TEMPLATES:
        named |= set(re.findall(r'{% icon "([\w-]+)"', template.read_text()))
    assert named <= set(ICONS)


def test_an_icon_that_is_not_in_the_sprite_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="no-such-icon"):
        signs.icon("no-such-icon")


def test_the_sprite_is_well_formed_and_may_be_kept_for_ever(client: Client) -> None:
    response = client.get("/icons.svg", {"v": sprite().digest})
    ids = [symbol.get("id") for symbol in ElementTree.fromstring(response.content)]  # noqa: S314  our own drawing
    assert ids == [f"i-{name}" for name in ICONS]
    assert "immutable" in response["Cache-Control"]
    assert b"style=" not in response.content


def test_names_of_people_are_escaped() -> None:
    assert "<b>" not in signs.avatar("<b>x</b>")


@pytest.mark.parametrize(("name", "letters"), [("Ana Maria Diaz", "AD"), ("bo", "B"), ("", "?"), ("李 雷", "李雷")])
def test_initials_are_those_of_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert signs.initials(name) == letters


@pytest.mark.parametrize(
    ("value", "text"), [("0.500000", "0.5"), ("1.000000", "1"), ("0.333334", "0.333"), ("1000", "1000")]
)
def test_weights_are_shown_without_trailing_zeros(value: str, text: str) -> None:
    assert signs.weight(value) == text
