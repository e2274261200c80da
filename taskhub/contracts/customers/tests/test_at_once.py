"""Many clients at the same moment, on a real database: each share counts once, and the task is completed once."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from accounts.models import Membership, Organization, User
from taskhub.contracts.testing import Caller, crowd, make_key
from tasks.models import Event, Task

Make = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ten(acme: Organization) -> list[User]:
    users = User.objects.bulk_create(User(username=f"p{n}", name=f"P {n}") for n in range(10))
    Membership.objects.bulk_create(Membership(user=user, organization=acme, role=2) for user in users)
    return users


@pytest.fixture
def ten_call(ten: list[User], acme: Organization) -> list[Caller]:
    return [Caller(make_key(user, acme)) for user in ten]


def test_of_eight_clients_that_perform_the_same_share_one_succeeds(
    make_task: Make, base: str, ana: User, bo: User, acme: Organization, settings: Any
) -> None:
    settings.API_RATE_LIMIT = "100000/minute"
    clients = [Caller(make_key(ana, acme)) for _ in range(8)]
    with crowd(8) as at_once:
        for _ in range(100):
            url = f"{base}/{make_task([ana, bo], weight=2)['id']}/perform"

            answers = at_once([partial(caller.patch, url) for caller in clients])

            assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
            refusals = {answer.json()["code"] for answer in answers if answer.status_code == 409}
            assert refusals == {"tasks_m.failed_to_perform_task"}
    tasks = Task.objects.all()
    assert [task.performed_weight for task in tasks] == [Decimal(1)] * 100
    assert Event.objects.filter(type="share.performed").count() == 100


@pytest.mark.parametrize(
    ("people", "weights"),
    [(8, [0.125] * 8), (10, [0.1] * 10), (3, [])],
    ids=["eight eighths", "ten tenths", "three thirds"],
)
def test_shares_performed_at_once_complete_the_task_once_and_only_together(
    make_task: Make, base: str, ten: list[User], ten_call: list[Caller], people: int, weights: list[float]
) -> None:
    with crowd(people) as at_once:
        for _ in range(10):
            task = make_task(ten[:people], weights=weights)
            url = f"{base}/{task['id']}/perform"

            answers = at_once([partial(caller.patch, url) for caller in ten_call[:people]])

            assert [answer.status_code for answer in answers] == [200] * people
            words = sorted(answer.json()["status"] for answer in answers)
            assert words == ["completed", *["in_progress"] * (people - 1)]
            row = Task.objects.get(uuid=task["id"])
            assert (row.state, row.performed_weight) == ("completed", Decimal(1))
            types = list(row.events.values_list("type", flat=True))
            assert (types.count("task.completed"), types.count("share.performed")) == (1, people)


def test_without_the_last_share_the_task_stays_open(
    make_task: Make, base: str, ten: list[User], ten_call: list[Caller]
) -> None:
    task = make_task(ten)
    url = f"{base}/{task['id']}/perform"
    with crowd(9) as at_once:
        at_once([partial(caller.patch, url) for caller in ten_call[:9]])
    assert Task.objects.get(uuid=task["id"]).state == "in_progress"


def test_the_last_share_and_a_decline_end_the_task_in_one_way(
    make_task: Make, base: str, ten: list[User], ten_call: list[Caller]
) -> None:
    with crowd(2) as at_once:
        for _ in range(20):
            task = make_task(ten[:2], weights=[1, 1])
            url = f"{base}/{task['id']}"
            ten_call[0].patch(f"{url}/decline")  # now everything hangs on the other share

            performed, declined = at_once(
                [partial(ten_call[1].patch, f"{url}/perform"), partial(ten_call[1].patch, f"{url}/decline")]
            )

            assert sorted((performed.status_code, declined.status_code)) == [200, 409]
            row = Task.objects.get(uuid=task["id"])
            assert row.state == ("completed" if performed.status_code == 200 else "declined")
            assert row.events.filter(type__in=["task.completed", "task.declined"]).count() == 1


def test_a_reassignment_and_a_performance_both_take_effect_or_one_is_refused(
    make_task: Make, cleo_calls: Caller, base: str, ten: list[User], ten_call: list[Caller]
) -> None:
    body = {"assignees": [str(ten[5].uuid)]}
    with crowd(2) as at_once:
        for _ in range(20):
            task = make_task(ten[:2])
            url = f"{base}/{task['id']}"

            performed, moved = at_once(
                [partial(ten_call[0].patch, f"{url}/perform"), partial(cleo_calls.patch, f"{url}/reassign", body)]
            )

            assert moved.status_code == 200
            assert performed.status_code in (200, 403, 409)
            row = Task.objects.get(uuid=task["id"])
            pending = sum(share.weight for share in row.assignments.filter(state="pending"))
            assert row.performed_weight + pending == row.weight
