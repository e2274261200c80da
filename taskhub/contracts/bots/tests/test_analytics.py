"""GET /tasks/analytics: as documented, equal to the lists, and exact about days."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from conftest import Cast
from taskhub.contracts.testing import Caller, same_shape
from tasks.models import Task
from tasks.tests.test_analytics import NOW

PATH = "/api/v1/tasks/analytics"
DOCUMENTED: dict[str, Any] = {
    "summary": {
        "total_tasks": 234,
        "completed": 189,
        "in_progress": 35,
        "overdue": 10,
        "completion_rate": 0.81,
        "average_completion_time_hours": 4.5,
    },
    "by_priority": {
        "critical": {"total": 10, "completed": 8},
        "high": {"total": 45, "completed": 40},
        "medium": {"total": 120, "completed": 100},
        "low": {"total": 59, "completed": 41},
    },
    "by_assignee": [{"user_id": "user456", "name": "Jane Smith", "tasks_completed": 45, "average_time_hours": 3.2}],
}


@pytest.fixture
def work(new_task: Callable[..., Task], do: Callable[..., Any], cast: Cast) -> None:
    """Seven tasks in every state, of three people and a team."""
    for number, who in enumerate((cast.ana, cast.ana, cast.bo)):
        do(who, "perform", new_task(who, priority=number + 1))
    do(cast.ana, "start", new_task(cast.ana, priority=4, due_at=NOW))
    do(cast.bo, "decline", new_task(cast.bo), reason="no")
    do(cast.cleo, "cancel", new_task(cast.sales))
    new_task(cast.sales, project=cast.vault)


def test_the_answer_has_the_documented_shape_and_order(work: None, cleo_calls: Caller) -> None:
    found = cleo_calls.get(PATH)
    assert found.status_code == 200
    assert same_shape(found.json(), DOCUMENTED)
    assert [list(found.json()), list(found.json()["by_priority"])] == [
        list(DOCUMENTED),
        list(DOCUMENTED["by_priority"]),
    ]
    assert list(found.json()["by_assignee"][0]) == list(DOCUMENTED["by_assignee"][0])


def test_without_tasks_all_is_zero(ana_calls: Caller) -> None:
    found = ana_calls.get(PATH).json()
    assert set(found["summary"].values()) == {0}
    assert found["by_assignee"] == []


@pytest.mark.parametrize("who", ["ana", "cleo"])
def test_the_numbers_are_those_of_the_lists(
    who: str, work: None, as_caller: Callable[..., Caller], request: pytest.FixtureRequest
) -> None:
    person: User = request.getfixturevalue(who)
    caller = as_caller(person)

    def listed(query: str = "") -> int:
        total: int = caller.get(f"/api/v1/tasks?{query}").json()["total"]
        return total

    found = caller.get(PATH).json()
    summary = found["summary"]
    assert summary["total_tasks"] == listed()
    assert (summary["completed"], summary["in_progress"]) == (listed("status=completed"), listed("status=in_progress"))
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert summary["overdue"] == listed(f"status=pending,in_progress&due_before={now}") == 1
    for word, count in found["by_priority"].items():
        assert count["total"] == listed(f"priority={word}")
        assert count["completed"] == listed(f"priority={word}&status=completed")
    for entry in found["by_assignee"]:
        assert entry["tasks_completed"] == listed(f"assignee={entry['user_id']}&status=completed")


def total(caller: Caller, query: str) -> int:
    response = caller.get(f"{PATH}?{query}")
    assert response.status_code == 200, response.content
    count: int = response.json()["summary"]["total_tasks"]
    return count


def test_a_day_is_one_of_the_callers_zone(
    cleo: User, as_caller: Callable[..., Caller], new_task: Callable[..., Task]
) -> None:
    new_task(now=datetime(2026, 3, 9, 23, 30, tzinfo=UTC))  # the tenth already, in Berlin
    new_task(now=datetime(2026, 3, 10, 23, 30, tzinfo=UTC))
    assert total(as_caller(cleo), "from=2026-03-10&to=2026-03-10") == 1
    assert total(as_caller(cleo), "from=2026-03-09&to=2026-03-09") == 1
    User.objects.filter(pk=cleo.pk).update(timezone="Europe/Berlin")
    berlin = as_caller(cleo)
    assert total(berlin, "from=2026-03-10&to=2026-03-10") == 1
    assert total(berlin, "from=2026-03-09&to=2026-03-09") == 0
    assert total(berlin, "from=2026-03-09T23:30:00Z&to=2026-03-10T23:30:00Z") == 1


def test_a_project_and_a_team_by_slug_or_id(work: None, cleo_calls: Caller, cast: Cast) -> None:
    for vault in ("vault", cast.vault.uuid):
        assert total(cleo_calls, f"project={vault}") == 1
    for sales in ("sales", cast.sales.uuid):
        assert total(cleo_calls, f"team={sales}") == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("from=yesterday", "invalid_from"),
        ("from=", "invalid_from"),
        ("from=2026-02-30", "invalid_from"),
        ("from=0001-01-01", "invalid_from"),
        ("to=9999-12-31", "invalid_to"),
        ("to=2026-03-10T10:00", ""),
        ("from=2026-03-11&to=2026-03-10", "invalid_to"),
        ("project=nowhere", "invalid_project"),
        ("project=elsewhere", "invalid_project"),
        ("project=", "invalid_project"),
        ("team=nobody", "invalid_team"),
        ("team=%ff", "invalid_request"),
    ],
)
def test_what_means_nothing_is_refused_by_name(cleo_calls: Caller, query: str, code: str) -> None:
    response = cleo_calls.get(f"{PATH}?{query}")
    assert (response.status_code, response.json().get("error", "")) == ((400, code) if code else (200, ""))


def test_a_private_project_is_not_there_for_others(ana_calls: Caller) -> None:
    assert ana_calls.get(f"{PATH}?project=vault").json()["error"] == "invalid_project"


def test_a_key_that_may_not_read_tasks_is_refused(as_caller: Callable[..., Caller], ana: User) -> None:
    assert as_caller(ana, scopes=("workflow.read",)).get(PATH).status_code == 403
