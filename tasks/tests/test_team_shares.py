"""A share of a team waits for one of its members: claim, give back, or do it directly."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Team, User
from conftest import Cast
from tasks.conftest import share, types
from tasks.domain.errors import Conflict, NotAllowed, WrongState
from tasks.models import Task

NewTask, Do = Callable[..., Task], Callable[..., Any]


@pytest.fixture
def support(cast: Cast) -> Team:
    team = Team.objects.create(organization=cast.acme, name="acme/support", slug="support", title="Support")
    team.user_set.set([cast.ana])
    return team


def test_a_member_claims_and_the_share_is_theirs(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "claim", new_task(cast.sales))
    share = task.assignments.get()
    assert (share.user, share.team, share.claimed_from, share.is_open) == (cast.ana, None, cast.sales, True)
    assert (task.state, task.version, types(task)) == ("pending", 2, ["task.created", "task.claimed"])
    assert task.events.get(type="task.claimed").payload == {"share": share.pk, "team": cast.sales.pk}


def test_the_second_to_claim_is_told_that_somebody_holds_it(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "claim", new_task(cast.sales))
    with pytest.raises(WrongState, match="held by somebody else"):
        do(cast.bo, "claim", task)
    with pytest.raises(Conflict) as refused:
        do(cast.ana, "claim", task)
    assert refused.value.code == "already_exists"


def test_a_claimed_share_is_worked_by_its_holder_only(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "claim", new_task(cast.sales))
    with pytest.raises(WrongState):
        do(cast.bo, "perform", task)
    assert do(cast.ana, "perform", task).state == "completed"


def test_giving_back_lets_the_team_have_it_again(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "release", do(cast.ana, "claim", new_task(cast.sales)))
    share = task.assignments.get()
    assert (share.user, share.team, share.claimed_from) == (None, cast.sales, None)
    assert types(task) == ["task.created", "task.claimed", "task.released"]
    assert do(cast.bo, "claim", task).assignments.get().user == cast.bo


def test_only_a_claimed_share_can_be_given_back(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana, cast.sales)
    for somebody in (cast.ana, cast.bo, eve, cast.cleo):
        with pytest.raises(NotAllowed):
            do(somebody, "release", task)


@pytest.mark.parametrize(
    ("verb", "state"), [("perform", "completed"), ("complete", "completed"), ("decline", "declined"),
                        ("start", "in_progress")],
)  # fmt: skip
def test_working_a_teams_share_directly_claims_it(cast: Cast, new_task: NewTask, do: Do, verb: str, state: str) -> None:
    task = do(cast.bo, verb, new_task(cast.sales))
    share = task.assignments.get()
    assert (task.state, share.user, share.claimed_from) == (state, cast.bo, cast.sales)
    assert types(task)[:2] == ["task.created", "task.claimed"]


def test_ones_own_share_comes_before_the_teams(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(cast.sales, cast.ana))
    assert task.assignments.get(team=cast.sales).state == "pending"
    assert do(cast.bo, "perform", task).state == "completed"


def test_who_holds_a_share_cannot_claim_another(cast: Cast, new_task: NewTask, do: Do) -> None:
    with pytest.raises(Conflict):
        do(cast.ana, "claim", new_task(cast.ana, cast.sales))


def test_two_teams_of_one_person_need_two_people(cast: Cast, support: Team, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(support, cast.sales))
    with pytest.raises(WrongState, match="already been performed"):
        do(cast.ana, "perform", task)
    assert do(cast.bo, "perform", task).state == "completed"


def test_a_team_has_one_waiting_share_at_most(cast: Cast, new_task: NewTask, do: Do) -> None:
    """Reopening can bring a claimed share back beside one that its team was given later."""
    task = do(cast.ana, "perform", new_task((cast.sales, "0.5"), (cast.bo, "0.5")))
    task = do(cast.cleo, "reassign", task, assignees=[share(cast.sales)])
    task = do(cast.cleo, "reopen", do(cast.cleo, "cancel", task))
    with pytest.raises(Conflict, match="waiting already"):
        do(cast.ana, "release", task)
    do(cast.bo, "perform", task)
    assert do(cast.ana, "perform", task).state == "completed"
