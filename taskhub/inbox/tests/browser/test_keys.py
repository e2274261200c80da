"""Making an API key in a real browser: the list, the form and the secret, for everyone, on a phone and at night."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import ApiKey, Organization, User
from taskhub.contracts.testing import make_key
from taskhub.inbox.tests.browser.conftest import Visit
from taskhub.inbox.tests.browser.test_looks import assert_fits, faults
from taskhub.testing.looks import every_look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@every_look
def test_a_key_is_made_and_revoked(visit: Visit, ana: User, acme: Organization, width: int, theme: str) -> None:
    make_key(ana, acme)
    ApiKey.objects.update(name="The-bot-of-Donaudampfschifffahrtsgesellschaftskapitäne " + "x" * 40)
    page = visit("/settings/keys/", ana, width=width, theme=theme)
    assert faults(page, theme) == []
    assert_fits(page, "keys", width)
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    assert faults(page, theme) == []
    page.get_by_label("Name", exact=True).fill("Support bot")
    page.get_by_label("Read tasks").check()
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_label("Secret")).to_have_value(re.compile("^thk_"))
    assert faults(page, theme) == []
    assert_fits(page, "secret", width)
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("button", name="Revoke Support bot").click()
    expect(page.get_by_text("Revoked: Support bot")).to_be_visible()
    assert ApiKey.objects.get(name="Support bot").revoked_at is not None
