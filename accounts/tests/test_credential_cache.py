"""What a process remembers, and for how long."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import Settings

from accounts import credential_cache
from accounts.credential_cache import forget, forget_when_committed, remembered


@pytest.fixture
def answers() -> Iterator[int]:
    """0, 1, 2...: a source that never says the same twice."""
    return iter(range(100))


def test_a_value_is_loaded_once_within_its_second(answers: Iterator[int]) -> None:
    assert [remembered("key", lambda: next(answers)) for _ in range(3)] == [0, 0, 0]


def test_a_value_ages_from_before_it_was_read(answers: Iterator[int], settings: Settings) -> None:
    settings.CREDENTIAL_CACHE_SECONDS = 0
    assert [remembered("key", lambda: next(answers)) for _ in range(3)] == [0, 1, 2]


def test_forgetting_makes_everything_be_read_again(answers: Iterator[int]) -> None:
    remembered("key", lambda: next(answers))
    forget()
    assert remembered("key", lambda: next(answers)) == 1


def test_what_was_being_read_while_all_was_forgotten_is_not_kept(answers: Iterator[int]) -> None:
    def read_slowly() -> int:
        forget()
        return next(answers)

    assert remembered("key", read_slowly) == 0
    assert remembered("key", lambda: next(answers)) == 1


def test_none_is_not_remembered() -> None:
    assert remembered("key", lambda: None) is None
    assert remembered("key", lambda: "now there") == "now there"


def test_the_number_of_entries_is_bounded() -> None:
    for number in range(credential_cache.MAX_ENTRIES + 50):
        remembered(number, lambda: True)
    assert len(credential_cache._entries) == credential_cache.MAX_ENTRIES


@pytest.mark.django_db(transaction=True)
def test_who_changes_rights_and_commits_makes_others_read_the_change(answers: Iterator[int]) -> None:
    with transaction.atomic():
        forget_when_committed()
        assert remembered("key", lambda: next(answers)) == 0  # somebody reads what is not committed yet
    assert remembered("key", lambda: next(answers)) == 1
