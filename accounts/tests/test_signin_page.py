"""Signing in and out, choosing the organization and changing the password, as a browser without JavaScript does it."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import tokens
from accounts.actor import Role
from accounts.credentials import authenticate_bearer
from accounts.errors import InvalidCredential
from accounts.models import Membership, Organization, User
from conftest import PASSWORD

RIGHT = {"username": "ana", "password": PASSWORD}
NEW = "another-horse-battery"


def test_a_right_password_leads_to_where_one_wanted_to_go(client: Client, ana: User, acme: Organization) -> None:
    page = client.get("/signin/?next=/settings/")
    assert b'name="next" value="/settings/"' in page.content
    answer = client.post("/signin/", RIGHT | {"next": "/settings/"})
    assert (answer.status_code, answer["Location"]) == (302, "/settings/")
    assert client.session["organization"] == acme.pk
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_without_a_wish_it_is_the_inbox_and_the_signed_in_go_there_at_once(client: Client, ana: User) -> None:
    assert client.post("/signin/", RIGHT)["Location"] == "/inbox/"
    assert client.get("/signin/")["Location"] == "/inbox/"


def test_staff_without_an_organization_go_to_the_administration(client: Client, ana: User) -> None:
    Membership.objects.all().delete()
    assert client.post("/signin/", RIGHT)["Location"] == "/inbox/"
    User.objects.filter(pk=ana.pk).update(is_staff=True)
    assert client.post("/signin/", RIGHT)["Location"] == "/admin/"
    assert client.post("/signin/", RIGHT | {"next": "/password/"})["Location"] == "/password/"


@pytest.mark.parametrize(
    "wish",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil.example", "\0"],
)
def test_nobody_is_sent_to_another_site(client: Client, ana: User, wish: str) -> None:
    assert b"evil" not in client.get("/signin/", {"next": wish}).content
    assert client.post("/signin/", RIGHT | {"next": wish})["Location"] == "/inbox/"


@pytest.mark.parametrize("username", ["ana", "nobody"])
def test_a_wrong_password_and_an_unknown_name_are_told_alike(client: Client, ana: User, username: str) -> None:
    answer = client.post("/signin/", {"username": username, "password": "wrong"})
    assert answer.status_code == 422
    assert b"The name or the password is not right." in answer.content
    assert b"<title>Error: Sign in" in answer.content
    assert b"wrong" not in answer.content.replace(b"went wrong", b"")


@pytest.mark.parametrize(
    "typed", [{}, {"username": "ana"}, {"username": "a\0b", "password": "x"}, {"username": "a" * 200}]
)
def test_what_is_missing_or_impossible_is_said_beside_the_field(
    client: Client, ana: User, typed: dict[str, str]
) -> None:
    answer = client.post("/signin/", typed)
    assert answer.status_code == 422
    assert b"field--invalid" in answer.content


def test_too_many_guesses_are_refused_with_the_wait_in_minutes(client: Client, ana: User) -> None:
    for _ in range(5):
        assert client.post("/signin/", RIGHT | {"password": "wrong"}).status_code == 422
    answer = client.post("/signin/", RIGHT)
    assert answer.status_code == 429
    assert b"Try again in 5 minutes." in answer.content
    assert 290 < int(answer["Retry-After"]) <= 300


def test_a_made_up_forwarded_address_gives_no_more_guesses(client: Client, ana: User) -> None:
    told = [
        client.post("/signin/", RIGHT | {"password": "wrong"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}").status_code
        for number in range(7)
    ]
    assert told == [422] * 5 + [429] * 2


def test_the_session_gets_a_new_id_at_sign_in(client: Client, ana: User) -> None:
    client.cookies["taskhub"] = "chosen-by-an-attacker"
    client.post("/signin/", RIGHT)
    first = client.cookies["taskhub"].value
    assert first != "chosen-by-an-attacker"
    client.post("/signout/")
    client.post("/signin/", RIGHT)
    assert client.cookies["taskhub"].value != first


def test_a_browser_that_signed_in_before_gets_in_while_strangers_guess(client: Client, ana: User) -> None:
    client.post("/signin/", RIGHT)
    client.post("/signout/")
    cookie = client.cookies["taskhub-device"]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
    stranger = Client()
    for _ in range(6):
        stranger.post("/signin/", RIGHT | {"password": "wrong"})
    assert stranger.post("/signin/", RIGHT).status_code == 429
    assert client.post("/signin/", RIGHT).status_code == 302


def test_signing_out_ends_the_session_and_is_never_a_link(client: Client, ana: User) -> None:
    client.post("/signin/", RIGHT)
    assert client.get("/signout/").status_code == 405
    assert "_auth_user_id" in client.session
    assert client.post("/signout/")["Location"] == "/signin/"
    assert "_auth_user_id" not in client.session
    assert Session.objects.count() == 0


def test_no_form_works_without_its_token(ana: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in ("/signin/", "/signout/", "/organization/", "/password/"):
        assert strict.post(address, RIGHT).status_code == 403


def test_the_pages_are_kept_by_no_cache(client: Client, ana: User) -> None:
    for address in ("/signin/", "/organization/", "/password/"):
        client.post("/signin/", RIGHT) if address != "/signin/" else None
        assert "no-store" in client.get(address)["Cache-Control"]


# --- Several organizations --------------------------------------------------------------------------------------------


def test_who_works_for_several_organizations_is_asked_for_which(
    client: Client, ana: User, acme: Organization, globex: Organization
) -> None:
    Membership.objects.create(user=ana, organization=globex, role=Role.VIEWER)
    answer = client.post("/signin/", RIGHT | {"next": "/settings/?a=b&c"}, follow=True)
    assert answer.redirect_chain == [("/organization/?next=%2Fsettings%2F%3Fa%3Db%26c", 302)]
    assert str(globex.uuid).encode() in answer.content
    chosen = client.post("/organization/", {"organization": str(globex.uuid), "next": "/settings/?a=b&c"})
    assert chosen["Location"] == "/settings/?a=b&c"
    assert client.session["organization"] == globex.pk


def test_nobody_switches_to_an_organization_that_is_not_theirs(client: Client, ana: User, globex: Organization) -> None:
    client.post("/signin/", RIGHT)
    before = client.session["organization"]
    for text in (str(globex.uuid), "", "x", "\0"):
        assert client.post("/organization/", {"organization": text}).status_code == 404
    assert client.session["organization"] == before


# --- The password -----------------------------------------------------------------------------------------------------


def test_a_new_password_ends_everything_else_that_was_signed_in(client: Client, ana: User) -> None:
    elsewhere, pair = Client(), tokens.sign_in(username="ana", password=PASSWORD)
    elsewhere.post("/signin/", RIGHT)
    client.post("/signin/", RIGHT)
    assert authenticate_bearer(pair.access)
    answer = client.post("/password/", {"current": PASSWORD, "new": NEW})
    assert (answer.status_code, answer["Location"]) == (302, "/inbox/")
    assert client.get("/password/").status_code == 200
    assert elsewhere.get("/password/")["Location"].startswith("/signin/")
    with pytest.raises(InvalidCredential):
        authenticate_bearer(pair.access)
    assert Client().post("/signin/", RIGHT).status_code == 422
    assert Client().post("/signin/", RIGHT | {"password": NEW}).status_code == 302


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"current": "wrong", "new": NEW}, b"This is not your password."),
        ({"current": PASSWORD, "new": "short"}, b"too short"),
        ({"current": PASSWORD, "new": "password123"}, b"too common"),
        ({"current": PASSWORD}, b"This field is required."),
    ],
)
def test_the_password_stays_when_something_is_not_right(
    client: Client, ana: User, typed: dict[str, str], complaint: bytes
) -> None:
    client.post("/signin/", RIGHT)
    answer = client.post("/password/", typed)
    assert answer.status_code == 422
    assert complaint in answer.content
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_guessing_the_old_password_is_bounded_too(client: Client, ana: User) -> None:
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    for _ in range(5):
        client.post("/password/", {"current": "wrong", "new": NEW})
    assert b"Too many attempts" in client.post("/password/", {"current": PASSWORD, "new": NEW}).content


def test_who_belongs_to_no_organization_can_still_change_their_password(client: Client, ana: User) -> None:
    Membership.objects.all().delete()
    client.post("/signin/", RIGHT)
    assert client.post("/password/", {"current": PASSWORD, "new": NEW}).status_code == 302
