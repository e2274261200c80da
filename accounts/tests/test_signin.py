"""Guessing passwords: bounded exactly, and never so that it keeps the owner out for good."""

import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from pytest_django import Settings

from accounts import limiter, signin
from accounts.errors import InvalidCredential, TooManyAttempts
from accounts.models import User
from accounts.rate_logs import ProcessLog
from conftest import PASSWORD

HERE, THERE = "192.0.2.1", "198.51.100.1"
RIGHT, WRONG, FULL = "right", "wrong", "full"


@pytest.fixture(autouse=True)
def counted_here(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    """A log of attempts whose clock the test moves."""
    clock = Clock()
    monkeypatch.setattr(limiter, "_local", ProcessLog(clock=lambda: clock.now))
    monkeypatch.setattr(limiter, "_shared_log", lambda: None)
    return clock


class Clock:
    now = 0.0

    def pass_minutes(self, minutes: float) -> None:
        self.now += minutes * 60


def attempt(username: str, password: str, address: str = HERE, device: str = "") -> str:
    try:
        signin.check(username=username, password=password, address=address, device=device)
    except InvalidCredential:
        return WRONG
    except TooManyAttempts:
        return FULL
    return RIGHT


def outcomes(username: str, password: str, addresses: list[str]) -> dict[str, int]:
    told = [attempt(username, password, address) for address in addresses]
    return {word: told.count(word) for word in (RIGHT, WRONG, FULL) if word in told}


def test_a_hundred_guesses_at_one_person_from_one_address_are_five(ana: User) -> None:
    assert outcomes("ana", "guess", [HERE] * 100) == {WRONG: 5, FULL: 95}
    assert attempt("ana", PASSWORD) == FULL
    assert attempt("ana", PASSWORD, THERE) == RIGHT


def test_spelling_the_name_differently_gives_no_more_guesses(ana: User) -> None:
    assert [attempt(name, "guess") for name in ("ana", "ANA", "ａｎａ", "Ana", "aNa", "anA")] == [WRONG] * 5 + [FULL]


def test_one_password_for_a_thousand_people_from_one_address_is_thirty_guesses(ana: User) -> None:
    told = [attempt(f"person{number}", "Summer2026!") for number in range(1_000)]
    assert told.count(WRONG) == 30
    assert attempt("ana", PASSWORD, THERE) == RIGHT


def test_guesses_at_one_person_from_everywhere_are_a_hundred_an_hour(ana: User) -> None:
    everywhere = [f"203.0.113.{number}" for number in range(200)]
    assert outcomes("ana", "guess", everywhere) == {WRONG: 100, FULL: 100}


def test_fifty_guesses_at_once_are_five(transactional_db: None, cast: object) -> None:
    def guess(_: int) -> str:
        try:
            return attempt("ana", "guess")
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(guess, range(50)))
    assert (told.count(WRONG), told.count(FULL)) == (5, 45)


def test_right_passwords_are_not_counted(ana: User) -> None:
    assert outcomes("ana", PASSWORD, [HERE] * 50) == {RIGHT: 50}


def test_guesses_become_possible_again_as_time_passes(ana: User, counted_here: Clock) -> None:
    assert outcomes("ana", "guess", [HERE] * 6) == {WRONG: 5, FULL: 1}
    counted_here.pass_minutes(4.9)
    assert attempt("ana", PASSWORD) == FULL
    counted_here.pass_minutes(0.1)
    assert attempt("ana", PASSWORD) == RIGHT


def test_a_known_device_gets_in_while_strangers_guess_from_everywhere_and_beside_it(ana: User) -> None:
    device = signin.device_cookie("ana")
    outcomes("ana", "guess", [HERE] * 10 + [f"203.0.113.{number}" for number in range(200)])
    assert attempt("ana", PASSWORD) == FULL
    assert attempt("ana", PASSWORD, HERE, device) == RIGHT


def test_guessing_on_a_known_device_is_bounded_too_and_hurts_no_other(ana: User) -> None:
    device, other = signin.device_cookie("ana"), signin.device_cookie("ana")
    assert [attempt("ana", "guess", HERE, device) for _ in range(6)] == [WRONG] * 5 + [FULL]
    assert attempt("ana", PASSWORD, HERE, other) == RIGHT
    assert attempt("ana", PASSWORD, HERE) == RIGHT


def test_a_cookie_of_another_person_or_a_forged_or_old_one_is_none(ana: User, bo: User) -> None:
    good = signin.device_cookie("ana")
    assert signin.device_nonce(good, "ana")
    assert signin.device_nonce(signin.device_cookie("bo"), "ana") is None
    for text in ("", "x", good[:-2], good + "x", "[]:x:y"):
        assert signin.device_nonce(text, "ana") is None
    with patch("django.core.signing.time.time", return_value=time.time() + signin.DEVICE_SECONDS + 1):
        assert signin.device_nonce(good, "ana") is None


def test_waits_are_told_in_minutes(ana: User) -> None:
    outcomes("ana", "guess", [HERE] * 5)
    with pytest.raises(TooManyAttempts, match=r"Try again in 5 minutes\.") as refused:
        signin.check(username="ana", password=PASSWORD, address=HERE)
    assert refused.value.facts["retry_after"] == 300
    assert "1 minute." in str(signin.too_many(41))


def test_with_the_shared_log_away_nobody_signs_in(
    ana: User, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.undo()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert attempt("ana", PASSWORD) == FULL


def test_an_unknown_name_costs_the_same_and_is_told_the_same(ana: User) -> None:
    """One hash either way: measured by counting, because clocks of busy machines lie."""
    hashes: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashes.append(password)
        return encode(self, password, salt)

    with patch.object(MD5PasswordHasher, "encode", counting):
        assert attempt("ana", "guess") == WRONG
        known = len(hashes)
        assert attempt("nobody", "guess") == WRONG
    assert (known, len(hashes)) == (1, 2)


def test_a_disabled_person_is_told_the_same_as_a_wrong_password(ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert attempt("ana", PASSWORD) == WRONG
