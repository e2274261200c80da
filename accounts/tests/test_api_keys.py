"""API keys: issued once, verified often, refused alike for every reason."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import api_keys, commands
from accounts.actor import Actor, Role
from accounts.credential_cache import forget
from accounts.credentials import authenticate_bearer
from accounts.errors import Conflict, InvalidCredential, InvalidInput, NotAllowed, NotFound
from accounts.models import ApiKey, Membership, Organization, User

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ActorOf = Callable[..., Actor]


@pytest.fixture
def issued(ana: User, actor_of: ActorOf) -> tuple[ApiKey, str]:
    return commands.issue_key(actor=actor_of(ana), user_id=ana.pk, name="robot", scopes=["task.read"])


def test_a_key_acts_as_its_person_narrowed_by_its_scopes(issued: tuple[ApiKey, str], ana: User) -> None:
    key, secret = issued
    actor = authenticate_bearer(secret)
    assert (actor.kind, actor.user_id, actor.credential_id) == ("key", ana.pk, str(key.uuid))
    assert actor.may("task.read")
    assert not actor.may("task.edit")


def test_a_secret_has_prefix_randomness_and_checksum() -> None:
    secret = api_keys.generate()
    assert api_keys.SHAPE.fullmatch(secret)
    assert api_keys.prefix_of(secret) == secret[4:12]
    assert len({api_keys.generate() for _ in range(100)}) == 100


def test_nothing_that_opens_is_stored(issued: tuple[ApiKey, str]) -> None:
    row = ApiKey.objects.filter(pk=issued[0].pk).values().get()
    random_part = issued[1][13:]
    assert not any(random_part in str(value) for value in row.values())


def test_a_mistyped_secret_is_refused_without_asking_the_database(
    issued: tuple[ApiKey, str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    secret = issued[1]
    last = "A" if secret[-1] != "A" else "B"
    with django_assert_num_queries(0):
        for text in (secret[:-1] + last, "", "thk_", "x" * 15, "ключ" * 10, "thk_\0" + secret[5:], secret + "." * 9):
            with pytest.raises(InvalidCredential):
                api_keys.verify(text)


def test_a_made_up_secret_with_the_right_checksum_opens_nothing(issued: tuple[ApiKey, str]) -> None:
    body = issued[1][:13] + "0" * 32
    with pytest.raises(InvalidCredential):
        api_keys.verify(body + api_keys.checksum(body))
    with pytest.raises(InvalidCredential):
        api_keys.verify(api_keys.generate())


def test_within_a_second_a_key_is_verified_without_a_query(
    issued: tuple[ApiKey, str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        first = api_keys.verify(issued[1])
    with django_assert_num_queries(0):
        assert api_keys.verify(issued[1]) == first


def test_a_key_that_expires_is_refused_on_time_even_when_remembered(ana: User, actor_of: ActorOf) -> None:
    _, secret = commands.issue_key(
        actor=actor_of(ana),
        user_id=ana.pk,
        name="short",
        scopes=["task.read"],
        now=NOW,
        expires_at=NOW + timedelta(minutes=1),
    )
    assert api_keys.verify(secret, NOW + timedelta(seconds=59))
    with pytest.raises(InvalidCredential):
        api_keys.verify(secret, NOW + timedelta(minutes=1))


def _revoke(ana: User, key: ApiKey, actor: Actor) -> None:
    commands.revoke_key(actor=actor, key_id=key.pk)


def _disable(ana: User, key: ApiKey, actor: Actor) -> None:
    commands.disable_user(actor=Actor.system(actor.organization_id), user_id=ana.pk)


def _remove(ana: User, key: ApiKey, actor: Actor) -> None:
    commands.remove_member(actor=Actor.system(actor.organization_id), user_id=ana.pk)


@pytest.mark.parametrize("end", [_revoke, _disable, _remove])
def test_a_key_ends_at_once_with_its_right(
    issued: tuple[ApiKey, str], ana: User, actor_of: ActorOf, end: Callable[[User, ApiKey, Actor], None]
) -> None:
    key, secret = issued
    assert api_keys.verify(secret)
    end(ana, key, actor_of(ana))
    with pytest.raises(InvalidCredential) as refused:
        api_keys.verify(secret)
    assert str(refused.value) == str(InvalidCredential())
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_the_last_use_is_written_after_the_answer_and_once_a_minute(issued: tuple[ApiKey, str], client: Client) -> None:
    key, secret = issued

    def use_at(moment: datetime) -> datetime | None:
        forget()
        api_keys.verify(secret, moment)
        client.get("/favicon.ico")
        key.refresh_from_db()
        return key.last_used_at

    start = timezone.now()
    assert use_at(start) == start
    assert use_at(start + timedelta(seconds=59)) == start
    later = start + timedelta(seconds=60)
    assert use_at(later) == later


def test_nobody_gets_scopes_beyond_their_role(ana: User, actor_of: ActorOf) -> None:
    with pytest.raises(NotAllowed):
        commands.issue_key(actor=actor_of(ana), user_id=ana.pk, name="too much", scopes=["admin"])
    Membership.objects.filter(user=ana).update(role=Role.VIEWER)
    with pytest.raises(NotAllowed):
        commands.issue_key(actor=actor_of(ana), user_id=ana.pk, name="too much", scopes=["task.edit"])


def test_a_key_cannot_issue_one_with_more_scopes_than_its_own(issued: tuple[ApiKey, str], ana: User) -> None:
    bearer = api_keys.verify(issued[1])
    with pytest.raises(NotAllowed):
        commands.issue_key(actor=bearer, user_id=ana.pk, name="more", scopes=["task.read", "task.edit"])
    assert commands.issue_key(actor=bearer, user_id=ana.pk, name="same", scopes=["task.read"])


def test_only_an_admin_gives_keys_to_others(ana: User, bo: User, cleo: User, actor_of: ActorOf) -> None:
    with pytest.raises(NotAllowed):
        commands.issue_key(actor=actor_of(cleo), user_id=bo.pk, name="his", scopes=["task.read"])
    Membership.objects.filter(user=cleo).update(role=Role.ADMIN)
    key, _ = commands.issue_key(actor=actor_of(cleo), user_id=bo.pk, name="his", scopes=["task.read"])
    with pytest.raises(NotAllowed):
        commands.revoke_key(actor=actor_of(ana), key_id=key.pk)
    assert commands.revoke_key(actor=actor_of(bo), key_id=key.pk).revoked_at


def test_keys_do_not_cross_organizations(issued: tuple[ApiKey, str], ana: User, dan: User, actor_of: ActorOf) -> None:
    with pytest.raises(NotFound):
        commands.issue_key(actor=actor_of(dan), user_id=ana.pk, name="spy", scopes=["task.read"])
    with pytest.raises(NotFound):
        commands.revoke_key(actor=actor_of(dan), key_id=issued[0].pk)


@pytest.mark.parametrize("scopes", [[], ["task.everything"]])
def test_unknown_or_no_scopes_are_refused(ana: User, actor_of: ActorOf, scopes: list[str]) -> None:
    with pytest.raises(InvalidInput):
        commands.issue_key(actor=actor_of(ana), user_id=ana.pk, name="odd", scopes=scopes)


def test_a_secret_chosen_elsewhere_works_and_is_taken_only_once(ana: User, acme: Organization) -> None:
    system, secret = Actor.system(acme.pk), "gtk_the_key_our_clients_have"
    wanted = {"actor": system, "user_id": ana.pk, "name": "moved", "scopes": ["task.read"]}
    commands.issue_key(**wanted, secret=secret)
    assert authenticate_bearer(secret).user_id == ana.pk
    with pytest.raises(Conflict):
        commands.issue_key(**wanted, secret=secret)
    for unfit in ("short", "with space in the middle", "has.two.dots.like.a.token", "ü" * 20, "x" * 201):
        with pytest.raises(InvalidInput):
            commands.issue_key(**wanted, secret=unfit)
