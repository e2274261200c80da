"""People's own API keys: what is made works, its secret is seen once, and what is revoked works no more."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import api_keys
from accounts.actor import Role
from accounts.credential_cache import forget
from accounts.errors import InvalidCredential
from accounts.models import ApiKey, Membership, User
from taskhub.contracts.models import IdempotencyKey
from taskhub.contracts.testing import make_key

PAGE = "/settings/keys/"
Browsers = Callable[[User], Client]
NEW = {"name": "Support bot", "scopes": ["task.read", "task.edit"], "lasts": "90", "once": "first"}


def secret_in(text: str) -> str:
    found = re.search(r"thk_[0-9A-Za-z]{8}_[0-9A-Za-z]+", text)
    assert found is not None
    return found[0]


def test_a_new_key_works_and_its_secret_is_seen_once(at_the_browser: Browsers, ana: User) -> None:
    browser = at_the_browser(ana)
    assert "You have no keys yet" in browser.get(PAGE).text
    shown = browser.post(PAGE, NEW)
    assert shown.status_code == 200
    assert "no-store" in shown.headers["Cache-Control"]
    secret = secret_in(shown.text)
    assert api_keys.verify(secret).user_id == ana.pk
    key = ApiKey.objects.get()
    assert (key.name, key.scopes, key.created_by) == ("Support bot", ["task.edit", "task.read"], ana)
    assert key.expires_at is not None
    assert (key.expires_at - key.created_at).days in (89, 90)
    page = browser.get(PAGE).text
    assert "Support bot" in page
    assert secret not in page
    assert secret not in str(list(IdempotencyKey.objects.values()))


def test_a_form_that_is_sent_twice_makes_one_key(at_the_browser: Browsers, ana: User) -> None:
    browser = at_the_browser(ana)
    browser.post(PAGE, NEW)
    again = browser.post(PAGE, NEW)
    assert (again.status_code, again.headers["Location"]) == (302, PAGE)
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 101}, {"scopes": []}, {"scopes": ["admin"]}, {"lasts": "4000"}, {"lasts": ""}],
)
def test_what_cannot_be_is_refused(at_the_browser: Browsers, ana: User, wrong: dict[str, Any]) -> None:
    response = at_the_browser(ana).post(PAGE, NEW | wrong)
    assert response.status_code == 422
    assert "There is a problem" in response.text
    assert not ApiKey.objects.exists()


def test_a_key_may_last_until_it_is_revoked(at_the_browser: Browsers, ana: User) -> None:
    browser = at_the_browser(ana)
    secret = secret_in(browser.post(PAGE, NEW | {"lasts": "never"}).text)
    key = ApiKey.objects.get()
    assert key.expires_at is None
    assert browser.post(f"{PAGE}{key.uuid}/revoke/").headers["Location"] == PAGE
    forget()
    with pytest.raises(InvalidCredential):
        api_keys.verify(secret)
    assert "Revoked" in browser.get(PAGE).text


def test_people_see_and_end_their_own_only(at_the_browser: Browsers, ana: User, bo: User, acme: Any) -> None:
    make_key(bo, acme)
    browser = at_the_browser(ana)
    assert "key of bo" not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}{ApiKey.objects.get().uuid}/revoke/").status_code == 404
    assert ApiKey.objects.get().revoked_at is None


def test_an_admin_sees_and_ends_those_of_the_organization(
    at_the_browser: Browsers, cleo: User, bo: User, dan: User, acme: Any, globex: Any
) -> None:
    Membership.objects.filter(user=cleo).update(role=Role.ADMIN)
    make_key(bo, acme)
    make_key(dan, globex)
    browser = at_the_browser(cleo)
    page = browser.get(PAGE).text
    assert "key of bo" in page
    assert "Bo Berg" in page
    assert "key of dan" not in page
    browser.post(f"{PAGE}{ApiKey.objects.get(user=bo).uuid}/revoke/")
    assert ApiKey.objects.get(user=bo).revoked_at is not None
    assert browser.post(f"{PAGE}{ApiKey.objects.get(user=dan).uuid}/revoke/").status_code == 404


def test_a_name_is_text_whatever_it_says(at_the_browser: Browsers, ana: User) -> None:
    browser = at_the_browser(ana)
    browser.post(PAGE, NEW | {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in browser.get(PAGE).text
