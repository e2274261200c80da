"""The administration has no door of its own."""

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_only_door_is_the_sign_in_page(client: Client, ana: User) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/signin/?next=%2Fadmin%2F"
    answer = client.post("/admin/login/", {"username": "ana", "password": "x"})
    assert answer["Location"].startswith("/signin/")


def test_it_is_for_staff(client: Client, ana: User) -> None:
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/", follow=True).status_code == 403


def test_signing_out_and_the_password_have_one_page_each(as_superuser: Client) -> None:
    assert as_superuser.get("/admin/password_change/")["Location"] == "/password/"
    assert as_superuser.get("/admin/logout/").status_code == 405
    assert as_superuser.post("/admin/logout/")["Location"] == "/signin/"
    assert as_superuser.get("/admin/").status_code == 302
