"""Several managers at the templates in the same moment: names stand once, changes count without gaps."""

from collections.abc import Callable
from functools import partial

import pytest

from accounts.actor import Actor
from conftest import Cast
from tasks.commands import create_template, update_template
from tasks.models import TaskTemplate

from .at_once import at_once, outcomes

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_with_one_name_one_is_written(cast: Cast, actor_of: Callable[..., Actor]) -> None:
    works = [partial(create_template, actor=actor_of(cast.cleo), name="Complaint") for _ in range(6)]
    assert outcomes(at_once(*works)) == {"done": 1, "Conflict": 5}


def test_every_change_counts_and_none_is_lost(cast: Cast, actor_of: Callable[..., Actor]) -> None:
    cleo = actor_of(cast.cleo)
    row = create_template(actor=cleo, name="Complaint")
    works = [
        partial(update_template, actor=cleo, template=row.pk, values={"description_template": f"Text {number}"})
        for number in range(6)
    ]
    assert outcomes(at_once(*works)) == {"done": 6}
    assert TaskTemplate.objects.get().version == 7


def test_who_saw_the_same_version_does_not_overwrite(cast: Cast, actor_of: Callable[..., Actor]) -> None:
    cleo = actor_of(cast.cleo)
    row = create_template(actor=cleo, name="Complaint")
    works = [
        partial(update_template, actor=cleo, template=row.pk, values={"name": f"Name {number}"}, version=1)
        for number in range(6)
    ]
    assert outcomes(at_once(*works)) == {"done": 1, "StaleVersion": 5}
