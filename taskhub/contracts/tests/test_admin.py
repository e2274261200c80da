"""Idempotency keys in the administration: superusers look at them, and nobody changes them."""

from django.test import Client

from accounts.models import Project, User
from taskhub.contracts.models import IdempotencyKey
from taskhub.contracts.testing import Caller

from .doors import CUSTOMERS

LIST = "/admin/contracts/idempotencykey/"


def test_superusers_look_and_change_nothing(client: Client, ana_calls: Caller, ana: User, project: Project) -> None:
    ana_calls.post(CUSTOMERS.path(project), CUSTOMERS.body(ana), **{"Idempotency-Key": "order-66"})
    boss = User.objects.create_superuser("boss", "correct-horse-battery")
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(LIST)
    assert "order-66" in page.text
    one = client.get(f"{LIST}{IdempotencyKey.objects.get().pk}/change/")
    assert one.status_code == 200
    assert 'name="_save"' not in one.text
    assert client.get(f"{LIST}add/").status_code == 403


def test_other_staff_do_not_see_them(client: Client, cleo: User) -> None:
    cleo.is_staff = True
    cleo.save(update_fields=["is_staff"])
    client.force_login(cleo, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(LIST).status_code == 403
