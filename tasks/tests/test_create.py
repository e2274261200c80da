"""A task comes in: who may make it, for whom, and what stands in the tables afterwards."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts import access
from accounts.access import ProjectAccess
from accounts.actor import Actor
from accounts.ids import uuid7
from accounts.models import Team, User
from conftest import Cast
from tasks import commands
from tasks.commands import NewReference, NewShare
from tasks.conftest import share, types
from tasks.domain.deadlines import NEVER
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tasks.domain.lifecycle import State
from tasks.models import Deadline, Event, OutboxEntry, Task

NewTask = Callable[..., Task]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_task_is_written_with_its_shares_and_its_first_event(cast: Cast, new_task: NewTask) -> None:
    task = new_task(cast.ana, cast.sales, now=NOON, title="Sign it", priority=3, tags=["a", "b", "a"])
    task.refresh_from_db()
    assert (task.title, task.priority, task.tags, task.state, task.version) == ("Sign it", 3, ["a", "b"], "pending", 1)
    assert (task.created_by, task.created_at, task.due_sort) == (cast.cleo, NOON, NEVER)
    shares = list(task.assignments.values_list("user_id", "team_id", "weight", "state", "is_open"))
    half = Decimal("0.5")
    assert shares == [(cast.ana.pk, None, half, "pending", True), (None, cast.sales.pk, half, "pending", True)]
    event = Event.objects.get(task=task)
    assert (event.seq, event.type, event.actor_id, event.created_at) == (1, "task.created", cast.cleo.pk, NOON)
    assert event.payload == {"state": "pending", "users": [cast.ana.pk], "teams": [cast.sales.pk]}
    assert OutboxEntry.objects.filter(event=event, handler="tasks.notifications.plan.plan").count() == 1


def test_three_assignees_share_the_weight_to_the_last_millionth(cast: Cast, eve: User, new_task: NewTask) -> None:
    weights = [share.weight for share in new_task(cast.ana, cast.bo, eve).assignments.order_by("pk")]
    assert weights == [Decimal("0.333334"), Decimal("0.333333"), Decimal("0.333333")]


def test_given_weights_are_kept_and_the_others_divide_the_rest(cast: Cast, eve: User, new_task: NewTask) -> None:
    task = new_task((cast.ana, 2), cast.bo, eve, weight=3)
    assert [share.weight for share in task.assignments.order_by("pk")] == [2, Decimal("0.5"), Decimal("0.5")]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": " "}),
        ("title", {"title": "x" * 501}),
        ("description", {"description": "x" * 50_001}),
        ("category", {"category": "x" * 64}),
        ("tags", {"tags": ["x" * 101]}),
        ("tags", {"tags": [""]}),
        ("tags", {"tags": [str(number) for number in range(51)]}),
        ("metadata", {"metadata": {str(number): 1 for number in range(201)}}),
        ("references", {"references": [NewReference("invoice", str(number)) for number in range(101)]}),
        ("weight", {"weight": 0}),
        ("weight", {"weight": "NaN"}),
        ("weight", {"weight": "1E+400"}),
        ("weight", {"weight": "0.0000001"}),
        ("priority", {"priority": 5}),
        ("due_at", {"due_at": datetime(1899, 12, 31, tzinfo=UTC)}),
        ("due_at", {"due_at": datetime(9999, 1, 1, tzinfo=UTC)}),
        ("state", {"state": State.CANCELED}),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_its_field(new_task: NewTask, field: str, values: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        new_task(**values)
    assert refused.value.field == field
    assert not Task.objects.exists()


def test_bounds_themselves_are_accepted(new_task: NewTask) -> None:
    task = new_task(
        title="x" * 500, description="x" * 50_000, tags=[f"{n:100}" for n in range(1, 51)], weight=1_000_000
    )
    assert len(task.tags) == 50


def test_who_is_unknown_foreign_or_inactive_is_answered_alike(
    cast: Cast, person: Callable[..., User], new_task: NewTask
) -> None:
    ghost, gone = uuid4(), person("gone", cast.acme, is_active=False)
    for stranger in (ghost, cast.dan.uuid, gone.uuid):
        with pytest.raises(NotFound) as refused:
            new_task(cast.ana, stranger)
        assert refused.value.code == "assignees_not_found"
        assert refused.value.facts == {"assignees": [str(stranger)]}
    assert not Task.objects.exists()


def test_a_team_of_another_organization_is_not_known_here(cast: Cast, new_task: NewTask) -> None:
    theirs = Team.objects.create(organization=cast.globex, name="globex/x", slug="x", title="X")
    with pytest.raises(NotFound, match="assignees"):
        new_task(theirs)


def test_a_team_is_no_person_and_a_person_no_team(cast: Cast, new_task: NewTask) -> None:
    with pytest.raises(NotFound):
        new_task(cast.ana, cast.sales.uuid)
    with pytest.raises(InvalidInput, match="only once"):
        new_task(cast.sales, cast.sales.uuid)


def test_viewers_cannot_be_given_work(vera: User, new_task: NewTask) -> None:
    with pytest.raises(InvalidInput, match="viewer") as refused:
        new_task(vera)
    assert refused.value.field == "assignees"


def test_nobody_appears_twice(cast: Cast, new_task: NewTask) -> None:
    with pytest.raises(InvalidInput, match="only once"):
        new_task(cast.ana, cast.bo, cast.ana)


def test_an_assignee_is_a_person_or_a_team(
    cast: Cast, actor_of: Callable[..., Actor], access_to: Callable[..., ProjectAccess]
) -> None:
    for neither in (NewShare(), NewShare(user=cast.ana.uuid, team=cast.sales.uuid)):
        with pytest.raises(InvalidInput, match="person or a team"):
            commands.create(
                actor=actor_of(cast.cleo),
                project=access_to(cast.cleo, cast.project),
                source="inbox",
                title="x",
                assignees=[neither],
            )


def test_weights_that_cannot_reach_the_whole_are_refused(cast: Cast, new_task: NewTask) -> None:
    with pytest.raises(InvalidInput, match="less than"):
        new_task((cast.ana, "0.4"), (cast.bo, "0.5"))
    with pytest.raises(InvalidInput, match="no weight left"):
        new_task((cast.ana, 1), cast.bo)


def test_more_than_a_hundred_assignees_are_refused(new_task: NewTask) -> None:
    with pytest.raises(InvalidInput, match="at most 100"):
        new_task(*(uuid4() for _ in range(101)))


def test_a_task_is_made_on_behalf_of_another_member(cast: Cast, new_task: NewTask) -> None:
    task = new_task(creator=cast.ana.uuid)
    assert task.created_by_id == cast.ana.pk
    assert task.events.get().actor_id == cast.cleo.pk


def test_a_creator_or_watcher_from_elsewhere_is_not_known(cast: Cast, new_task: NewTask) -> None:
    for named in ({"creator": cast.dan.uuid}, {"watchers": [cast.ana.uuid, cast.dan.uuid]}):
        with pytest.raises(NotFound) as refused:
            new_task(**named)
        assert (refused.value.code, refused.value.facts["users"]) == ("user_not_found", [str(cast.dan.uuid)])


def test_watchers_are_written_once_each(cast: Cast, new_task: NewTask) -> None:
    task = new_task(watchers=[cast.ana.uuid, cast.cleo.uuid, cast.ana.uuid])
    assert {row.user_id for row in task.watchers.all()} == {cast.ana.pk, cast.cleo.pk}


def test_an_id_that_the_client_chose_is_used_once(cast: Cast, new_task: NewTask) -> None:
    chosen = uuid7()
    assert new_task(uuid=chosen).uuid == chosen
    with pytest.raises(Conflict) as refused:
        new_task(cast.ana, uuid=chosen, title="Another")
    assert (refused.value.code, refused.value.facts) == ("already_exists", {"id": str(chosen)})
    assert Task.objects.get().title == "Check the contract"


@pytest.mark.parametrize("state", [State.PROCESSING, State.PENDING, State.IN_PROGRESS, State.COMPLETED])
def test_a_task_may_begin_in_these_states(cast: Cast, new_task: NewTask, state: State) -> None:
    task = new_task(cast.ana, state=state, due_at=NOON, now=NOON)
    is_open = state != State.COMPLETED
    assert (task.is_open, task.assignments.get().is_open, task.deadlines.exists()) == (is_open, is_open, is_open)
    assert (task.started_at, task.closed_at) == (
        NOON if state == State.IN_PROGRESS else None,
        None if is_open else NOON,
    )


def test_a_due_time_makes_the_deadlines_of_the_organization(cast: Cast, new_task: NewTask) -> None:
    cast.acme.escalate_after = timedelta(minutes=90)
    cast.acme.save()
    access.forget()
    task = new_task(cast.ana, due_at=NOON)
    fire_at = dict(Deadline.objects.filter(task=task).values_list("kind", "fire_at"))
    assert fire_at == {"due": NOON, "escalation": NOON + timedelta(minutes=90)}
    assert (task.due_sort, task.assignments.get().due_sort) == (NOON, NOON)


def test_a_task_without_a_due_time_has_no_deadlines(cast: Cast, new_task: NewTask) -> None:
    assert not new_task(cast.ana).deadlines.exists()


def test_references_are_kept_as_given_and_found_by_kind_and_key(cast: Cast, new_task: NewTask) -> None:
    task = new_task(references=[NewReference("invoice", "i" * 300, "Invoice 7", {"amount": 7})])
    reference = task.references.get()
    assert (reference.kind, reference.key, reference.content) == ("invoice", "i" * 255, {"amount": 7})


def test_a_viewer_creates_nothing(vera: User, new_task: NewTask) -> None:
    with pytest.raises(NotAllowed, match="look at"):
        new_task(by=vera)


def test_a_credential_without_the_scope_creates_nothing(
    cast: Cast, actor_of: Callable[..., Actor], access_to: Callable[..., ProjectAccess]
) -> None:
    reader = replace(actor_of(cast.cleo), kind="key", scopes=frozenset({"task.read"}))
    with pytest.raises(NotAllowed) as refused:
        commands.create(actor=reader, project=access_to(cast.cleo, cast.project), source="x", title="x")
    assert (refused.value.code, refused.value.facts) == ("scope_missing", {"scope": "task.edit"})


def test_a_refused_assignee_leaves_nothing_behind(cast: Cast, new_task: NewTask) -> None:
    with pytest.raises(NotFound):
        new_task(cast.ana, cast.dan, due_at=NOON)
    assert not Task.objects.exists()
    assert not Event.objects.exists()
    assert not OutboxEntry.objects.exists()


def test_creating_takes_six_queries_for_one_assignee_as_for_four(
    cast: Cast,
    eve: User,
    actor_of: Callable[..., Actor],
    access_to: Callable[..., ProjectAccess],
    counted: Callable[..., AbstractContextManager[None]],
) -> None:
    given = {"actor": actor_of(cast.cleo), "project": access_to(cast.cleo, cast.project), "source": "x", "title": "x"}
    for people in ([cast.ana], [cast.ana, cast.bo, eve]):
        with counted(6, together=2):  # people, teams; task and shares; event and outbox
            task = commands.create(assignees=[*map(share, people), share(cast.sales)], **given)
        assert types(task) == ["task.created"]
