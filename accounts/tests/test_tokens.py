"""Signing in through an API: what tokens open, how long, and what ends them."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from joserfc import jwt
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import access_tokens, commands, tokens
from accounts.actor import Actor
from accounts.credentials import authenticate_bearer
from accounts.errors import InvalidCredential, NoMembership
from accounts.models import Organization, RefreshToken, TokenFamily, User
from accounts.tokens import TokenPair
from conftest import PASSWORD


@pytest.fixture
def pair(ana: User, acme: Organization) -> TokenPair:
    return tokens.sign_in(username="ana", password=PASSWORD, address="192.0.2.1")


def refused(text: str, now: datetime | None = None) -> bool:
    """Whether the bearer text opens nothing, with the one text that all refusals have."""
    try:
        authenticate_bearer(text, now)
    except InvalidCredential as error:
        return str(error) == str(InvalidCredential())
    return False


def test_who_signs_in_is_the_actor_of_the_access_token(pair: TokenPair, ana: User, acme: Organization) -> None:
    actor = authenticate_bearer(pair.access)
    assert (actor.kind, actor.user_id, actor.organization_id, actor.scopes) == ("user", ana.pk, acme.pk, None)


def test_the_organization_is_chosen_by_slug_or_uuid(cast: object, ana: User, acme: Organization) -> None:
    for name in ("acme", acme.uuid, str(acme.uuid)):
        assert tokens.sign_in(username="ana", password=PASSWORD, organization=name)
    for name in ("globex", "", "nowhere"):
        with pytest.raises(NoMembership):
            tokens.sign_in(username="ana", password=PASSWORD, organization=name)


@pytest.mark.parametrize(("username", "password"), [("ana", "wrong"), ("nobody", PASSWORD), ("ana\0", "x"), ("", "")])
def test_a_wrong_name_or_password_opens_nothing(cast: object, username: str, password: str) -> None:
    with pytest.raises(InvalidCredential):
        tokens.sign_in(username=username, password=password)


def test_within_a_second_a_token_is_verified_without_a_query(
    pair: TokenPair, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        first = tokens.verify(pair.access)
    with django_assert_num_queries(0):
        assert tokens.verify(pair.access) == first


def test_an_access_token_ends_on_time_even_when_remembered(pair: TokenPair) -> None:
    assert authenticate_bearer(pair.access, pair.access_expires_at - timedelta(seconds=1))
    assert refused(pair.access, pair.access_expires_at)


def test_a_token_signed_with_the_former_secret_still_holds(pair: TokenPair, settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a-new-one" * 8
    assert authenticate_bearer(pair.access)
    settings.SECRET_KEY_FALLBACKS = []
    access_tokens_are_read_again()
    assert refused(pair.access)


def access_tokens_are_read_again() -> None:
    from accounts.credential_cache import forget

    forget()


# --- Tokens that somebody made ----------------------------------------------------------------------------------------


def claims(pair: TokenPair) -> dict[str, Any]:
    return access_tokens.claims_of(pair.access, timezone.now().timestamp())


def signed(header: dict[str, Any], body: dict[str, Any], settings: Settings) -> str:
    """A token with our own signature, whatever it says."""
    return jwt.encode(header, body, access_tokens._key(settings.SECRET_KEY), algorithms=["HS256"], default_type=None)


@pytest.mark.parametrize(
    "change",
    [
        {"exp": 1}, {"exp": "soon"}, {"exp": None}, {"iss": "other"}, {"aud": "other"}, {"aud": []},
        {"nbf": 4_000_000_000}, {"sub": "nobody"}, {"sid": "x"}, {"sid": 7}, {"epoch": 5}, {"epoch": "0"},
    ],
)  # fmt: skip
def test_a_token_with_other_claims_is_refused(pair: TokenPair, settings: Settings, change: dict[str, Any]) -> None:
    body = claims(pair)
    assert not refused(signed(access_tokens.HEADER, body | {"jti": "x"}, settings))
    assert refused(signed(access_tokens.HEADER, body | change, settings))
    assert refused(signed(access_tokens.HEADER, {k: v for k, v in body.items() if k not in change}, settings)) or (
        "nbf" in change
    )


@pytest.mark.parametrize(
    "more",
    [
        {"typ": "JWT"},
        {"kid": "../../dev/null"},
        {"jku": "https://evil.example/jwks"},
        {"jwk": {"kty": "oct", "k": "AA"}},
    ],
)
def test_a_token_with_another_header_is_refused(pair: TokenPair, settings: Settings, more: dict[str, Any]) -> None:
    assert refused(signed(access_tokens.HEADER | more, claims(pair), settings))


def b64(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_an_unsigned_or_damaged_token_is_refused(pair: TokenPair) -> None:
    head, body, signature = pair.access.split(".")
    for alg in ("none", "None", "nOnE", "HS512", "RS256", "", None, 5):
        assert refused(f"{b64({'alg': alg, 'typ': 'at+jwt'})}.{body}.")
        assert refused(f"{b64({'alg': alg, 'typ': 'at+jwt'})}.{body}.{signature}")
    other_body = b64(claims(pair) | {"sub": "somebody else"})
    for text in (
        f"{head}.{body}.", f"{head}.{other_body}.{signature}", "..", "a.b.c", f"{head}.{body}.{signature[:-4]}AAAA",
        "x." * 500_000, f"{b64([])}.{b64([])}.", f"{head}.ü.{signature}", "[" * 900 + "..",
    ):  # fmt: skip
        assert refused(text), text[:80]


def test_a_refresh_token_is_no_access_token(pair: TokenPair) -> None:
    assert refused(pair.refresh)


# --- Refreshing -------------------------------------------------------------------------------------------------------


def test_a_refresh_token_is_good_for_one_new_pair(pair: TokenPair) -> None:
    second = tokens.refresh(pair.refresh)
    assert second.refresh != pair.refresh
    assert authenticate_bearer(second.access)
    assert tokens.refresh(second.refresh)


def test_a_refresh_token_shown_twice_ends_everything_that_came_of_it(pair: TokenPair) -> None:
    second = tokens.refresh(pair.refresh)
    assert authenticate_bearer(second.access)
    with pytest.raises(InvalidCredential):
        tokens.refresh(pair.refresh)
    assert TokenFamily.objects.get().revoked_because == "reuse"
    assert refused(second.access)
    assert refused(pair.access)
    with pytest.raises(InvalidCredential):
        tokens.refresh(second.refresh)


def test_an_expired_refresh_token_is_refused_and_ends_nothing(pair: TokenPair) -> None:
    with pytest.raises(InvalidCredential):
        tokens.refresh(pair.refresh, pair.refresh_expires_at)
    assert TokenFamily.objects.get().revoked_at is None


def test_no_refresh_token_is_stored_as_it_is(pair: TokenPair) -> None:
    assert not RefreshToken.objects.filter(digest__contains=pair.refresh[4:]).exists()
    assert pair.refresh not in repr(pair)
    assert pair.access not in repr(pair)


@pytest.mark.parametrize("which", ["access", "refresh"])
def test_signing_out_ends_the_family(pair: TokenPair, which: str) -> None:
    other = tokens.sign_in(username="ana", password=PASSWORD)
    assert authenticate_bearer(pair.access)
    tokens.revoke(getattr(pair, which))
    assert refused(pair.access)
    with pytest.raises(InvalidCredential):
        tokens.refresh(pair.refresh)
    assert authenticate_bearer(other.access)


@pytest.mark.parametrize("text", ["", "thr_unknown", "thk_" + "0" * 40, "a.b.c", "\0"])
def test_signing_out_with_what_is_no_token_is_no_error(pair: TokenPair, text: str) -> None:
    tokens.revoke(text)
    assert authenticate_bearer(pair.access)


def _new_password(ana: User, actor: Actor) -> None:
    commands.set_password(actor=actor, user_id=ana.pk, password="another-horse-battery")


def _disable(ana: User, actor: Actor) -> None:
    commands.disable_user(actor=actor, user_id=ana.pk)


def _disable_and_enable(ana: User, actor: Actor) -> None:
    _disable(ana, actor)
    commands.enable_user(actor=actor, user_id=ana.pk)


def _leave(ana: User, actor: Actor) -> None:
    commands.remove_member(actor=actor, user_id=ana.pk)


@pytest.mark.parametrize("end", [_new_password, _disable, _disable_and_enable, _leave])
def test_tokens_end_with_what_they_stood_on(
    pair: TokenPair, ana: User, acme: Organization, end: Callable[[User, Actor], None]
) -> None:
    assert authenticate_bearer(pair.access)
    end(ana, Actor.system(acme.pk))
    assert refused(pair.access)
    with pytest.raises(InvalidCredential):
        tokens.refresh(pair.refresh)


def test_a_family_that_ended_long_ago_is_purged_and_a_living_one_is_not(pair: TokenPair) -> None:
    from accounts.retention import purge_expired

    purge_expired()
    assert authenticate_bearer(pair.access)
    purge_expired(datetime.now(UTC) + timedelta(days=15))
    assert not RefreshToken.objects.exists()
    assert not TokenFamily.objects.exists()


# --- At once ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_refreshes_at_once_one_wins_and_the_other_ends_the_family(pair: TokenPair) -> None:
    barrier = threading.Barrier(2)

    def refresh(_: int) -> TokenPair | None:
        try:
            barrier.wait(10)
            return tokens.refresh(pair.refresh)
        except InvalidCredential:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        won = [result for result in pool.map(refresh, range(2)) if result]
    assert len(won) == 1
    assert TokenFamily.objects.get().revoked_because == "reuse"
    assert refused(won[0].access)


def test_nothing_secret_is_logged(pair: TokenPair, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    """Also when it is refused, used twice or damaged."""
    caplog.set_level(0)
    for text in (pair.access, pair.access[:-3] + "abc", pair.refresh, "thk_" + "0" * 47):
        refused(text)
    tokens.refresh(pair.refresh)
    with pytest.raises(InvalidCredential) as reuse:
        tokens.refresh(pair.refresh)
    with pytest.raises(InvalidCredential) as wrong:
        tokens.sign_in(username="ana", password="a-wrong-one", address="192.0.2.9")
    told = caplog.text + "".join(capfd.readouterr()) + repr(reuse.value) + repr(wrong.value)
    assert not any(secret in told for secret in (pair.access[-40:], pair.refresh[4:], PASSWORD, "a-wrong-one"))
