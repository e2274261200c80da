"""Many clients at the same moment, on a real database: one start, one change, one end."""

from functools import partial
from typing import Any

import pytest

from accounts.models import Organization, User
from conftest import Cast
from taskhub.contracts.testing import Caller, crowd, make_key
from workflows import compiled
from workflows.models import InstanceEvent, WorkflowDefinition, WorkflowInstance
from workflows.tests.samples import ONBOARDING, ONE_STEP

from .conftest import DEFINITIONS, INSTANCES, MESSAGES, WAITING, Hub, problem, renamed

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 8


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    settings.API_RATE_LIMIT = "100000/minute"


@pytest.fixture
def cleos(cast: Cast) -> list[Caller]:
    """Eight clients of cleo's, each with a key of its own."""
    return [Caller(make_key(cast.cleo, cast.acme)) for _ in range(SIZE)]


@pytest.fixture
def anas(ana: User, acme: Organization) -> list[Caller]:
    return [Caller(make_key(ana, acme)) for _ in range(SIZE)]


def test_of_eight_starts_with_one_business_key_there_is_one_instance(anas: list[Caller], onboarding: Any) -> None:
    with crowd(SIZE) as at_once:
        for number in range(10):
            body = {"definition": onboarding.key, "business_key": f"order-{number}"}

            answers = at_once([partial(caller.post, INSTANCES, body) for caller in anas])

            assert sorted(answer.status_code for answer in answers) == [*[200] * (SIZE - 1), 201]
            assert len({answer.json()["id"] for answer in answers}) == 1
    assert WorkflowInstance.objects.count() == 10
    assert InstanceEvent.objects.filter(type="instance.started").count() == 10


def test_of_eight_changes_of_what_was_seen_one_is_taken(cleos: list[Caller]) -> None:
    made = cleos[0].post(DEFINITIONS, ONE_STEP)
    address, tag = made.headers["Location"], made.headers["ETag"]
    with crowd(SIZE) as at_once:
        for number in range(10):
            calls = [
                partial(caller.call, "PUT", address, renamed(f"{number} by {who}"), {"If-Match": tag})
                for who, caller in enumerate(cleos)
            ]

            answers = at_once(calls)

            [taken] = [answer for answer in answers if answer.status_code == 200]
            for answer in answers:
                assert answer is taken or problem(answer, 412, "stale_version")
            tag = taken.headers["ETag"]
            assert WorkflowDefinition.objects.get().name == taken.json()["name"]
    assert WorkflowDefinition.objects.get().revision == 11


def test_of_eight_drafts_of_one_key_one_is_made(cleos: list[Caller]) -> None:
    with crowd(SIZE) as at_once:
        for number in range(5):
            body = renamed("One", key=f"key-{number}")

            answers = at_once([partial(caller.post, DEFINITIONS, body) for caller in cleos])

            assert sorted(answer.status_code for answer in answers) == [201, *[409] * (SIZE - 1)]
            refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
            assert refused <= {"draft_exists", "definition_changed"}
    assert WorkflowDefinition.objects.count() == 5


def test_a_draft_is_published_once_and_not_changed_under_it(cleos: list[Caller]) -> None:
    compiled.forget()
    with crowd(SIZE) as at_once:
        for number in range(5):
            made = cleos[0].post(DEFINITIONS, renamed("One", key=f"key-{number}"))
            address, tag = made.headers["Location"], made.headers["ETag"]
            publishing = [partial(caller.post, f"{address}/publish") for caller in cleos[:4]]
            other = renamed("Other", key=f"key-{number}")
            changing = [partial(caller.call, "PUT", address, other, {"If-Match": tag}) for caller in cleos[4:]]

            answers = at_once([*publishing, *changing])

            assert [answer.status_code for answer in answers[:4]].count(200) == 1
            assert {answer.status_code for answer in answers[:4]} <= {200, 409}
            assert {answer.status_code for answer in answers[4:]} <= {200, 409, 412}
            row = WorkflowDefinition.objects.get(uuid=made.json()["id"])
            assert (row.status, row.version) == ("published", 1)
            assert row.document["name"] == row.name


def test_of_cancellations_and_messages_at_once_one_decides(cleos: list[Caller], cleo_hub: Hub, publish: Any) -> None:
    publish(WAITING)
    body = {"name": "paid", "payload": {"amount": 1}, "correlation": "7"}
    with crowd(SIZE) as at_once:
        for _ in range(5):
            instance = cleo_hub.start("waiting", variables={"order": "7"})["id"]
            address = f"{INSTANCES}/{instance}"
            calls = [partial(caller.post, f"{address}/messages", body) for caller in cleos[:3]]
            calls += [partial(caller.post, MESSAGES, body) for caller in cleos[3:5]]
            calls += [partial(caller.post, f"{address}/cancel") for caller in cleos[5:]]

            answers = at_once(calls)

            assert {answer.status_code for answer in answers} <= {200, 409}
            assert [answer.status_code for answer in answers[5:]].count(200) == 1
            reached = [answer.json() for answer in answers[3:5]].count({"instances": [instance]})
            assert [answer.status_code for answer in answers[:3]].count(200) + reached <= 1
            whole = cleo_hub.read(address)
            assert whole["status"] == "canceled"
            assert not [step for step in whole["steps"] if step["status"] == "open"]


def test_a_history_that_is_read_while_it_grows_skips_nothing(cleo_hub: Hub, publish: Any) -> None:
    publish(ONBOARDING)
    instance = cleo_hub.start("account-onboarding")["id"]
    first = cleo_hub.read(f"{INSTANCES}/{instance}/history", "limit=2")
    cleo_hub.make(f"{INSTANCES}/{instance}/cancel")
    rest = cleo_hub.read(f"{INSTANCES}/{instance}/history", f"cursor={first['next']}")
    whole = cleo_hub.read(f"{INSTANCES}/{instance}/history")
    assert first["items"] + rest["items"] == whole["items"]
