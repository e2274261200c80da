"""Where a project's reports go: who may say it, what is refused, and that the secret is kept from everybody."""

import base64
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from accounts import commands
from accounts.actor import Actor
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Project
from accounts.sealing import Unsealable, seal, unseal

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.com/reports"


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def system(cast: Any) -> Actor:
    return Actor.system(cast.acme.pk)


def test_the_secret_is_sealed_and_opens_again(cast: Any, system: Actor) -> None:
    secret = new_secret()
    commands.update_project(actor=system, project_id=cast.project.pk, report_url=URL, report_secret=secret)
    project = Project.objects.get(pk=cast.project.pk)
    assert project.report_url == URL
    assert secret[6:] not in project.report_secret
    assert unseal(project.report_secret) == secret
    made = commands.create_project(actor=system, slug="n", name="N", report_url=URL, report_secret=secret)
    assert unseal(made.report_secret) == secret


def test_an_earlier_secret_key_still_opens_what_it_sealed(settings: Any) -> None:
    sealed = seal("a secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "b" * 50, [settings.SECRET_KEY]
    assert unseal(sealed) == "a secret"
    settings.SECRET_KEY_FALLBACKS = []
    for text in (sealed, sealed[:-2], "x", "a.b.c.d.e"):
        with pytest.raises(Unsealable):
            unseal(text)
    assert (seal(""), unseal("")) == ("", "")


WEAK = ["x", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64", "whsec_" + "A" * 200]


@pytest.mark.parametrize("secret", WEAK)
def test_a_weak_secret_is_refused_without_repeating_it(secret: str, cast: Any, system: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        commands.update_project(actor=system, project_id=cast.project.pk, report_url=URL, report_secret=secret)
    assert refused.value.field == "report_secret"
    assert secret.removeprefix("whsec_")[:8] not in refused.value.message or len(secret) < 8


def test_a_url_needs_a_secret_and_must_be_one_that_may_be_called(cast: Any, system: Actor) -> None:
    for changes, field in (
        ({"report_url": URL}, "report_secret"),
        ({"report_url": "https://169.254.169.254/", "report_secret": new_secret()}, "report_url"),
        ({"report_url": "http://hooks.example.com/", "report_secret": new_secret()}, "report_url"),
    ):
        with pytest.raises(InvalidInput) as refused:
            commands.update_project(actor=system, project_id=cast.project.pk, **changes)
        assert refused.value.field == field
    commands.update_project(actor=system, project_id=cast.project.pk, report_url=URL, report_secret=new_secret())
    with pytest.raises(InvalidInput):
        commands.update_project(actor=system, project_id=cast.project.pk, report_secret="")
    commands.update_project(actor=system, project_id=cast.project.pk, report_url="", report_secret="")
    assert Project.objects.get(pk=cast.project.pk).report_secret == ""


def test_only_administrators_say_where_reports_go(cast: Any, actor_of: Callable[..., Actor]) -> None:
    with pytest.raises(NotAllowed):
        commands.update_project(
            actor=actor_of(cast.cleo), project_id=cast.project.pk, report_url=URL, report_secret=new_secret()
        )
