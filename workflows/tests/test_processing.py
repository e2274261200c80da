"""Processing: what TaskHub does itself, what workers elsewhere fetch, and whose answer counts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from guardian.shortcuts import assign_perm

from accounts.actor import Actor
from conftest import Cast
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tasks.models import Task
from workflows import commands
from workflows.models import DocumentTask, Processing, StepRun, WorkflowInstance
from workflows.processing import leases, registry, running
from workflows.processing.claiming import MOST_LOSSES
from workflows.processing.leases import Work
from workflows.processing.running import run_processors
from workflows.sweeps import fire_timers

from .papers import INVOICES, paper

ActorOf = Callable[..., Actor]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AFAR = {**INVOICES, "steps": [{**INVOICES["steps"][0], "processor": "afar", "next": "end"}]}


def only_task() -> Task:
    return Task.objects.get()


# --- What TaskHub does itself -----------------------------------------------------------------------------------------


def test_what_the_processor_found_is_presented_to_people(cast: Cast, bring: Any) -> None:
    issue = {"code": "low_confidence", "message": "Smudged", "field": "net", "confidence": 0.4}
    bring(cast.ana, paper(total=10, net=8, extra="x", issues=[issue], pages=2), now=NOON)
    assert run_processors(NOON) == 1
    task = only_task()
    assert (task.state, task.form_data) == ("pending", {"total": 10, "net": 8})
    row = task.document_task
    assert (row.issues, row.found, row.metadata) == ([issue], {"extra": "x"}, {"pages": 2})
    assert [share.team for share in task.assignments.all()] == [cast.sales]
    assert not Processing.objects.exists()
    assert run_processors(NOON) == 0


def test_what_nobody_can_read_goes_to_people_with_the_reason(cast: Cast, bring: Any) -> None:
    bring(cast.ana, paper(words="unreadable"), now=NOON)
    run_processors(NOON)
    issues = DocumentTask.objects.get().issues
    assert only_task().state == "pending"
    assert ("unreadable", "Nobody can read this.") in [(issue["code"], issue["message"]) for issue in issues]


def test_what_breaks_is_tried_again_after_a_rest_and_then_fails(cast: Cast, bring: Any) -> None:
    bring(cast.ana, paper(words="boom"), now=NOON)
    run_processors(NOON)
    assert (only_task().state, Processing.objects.count()) == ("processing", 0)
    fire_timers(NOON + timedelta(seconds=11))
    assert Processing.objects.get().attempt == 2
    run_processors(NOON + timedelta(seconds=11))
    assert only_task().state == "failed"
    assert WorkflowInstance.objects.get().has_incident
    assert "RuntimeError: boom" in StepRun.objects.get().error


def test_an_answer_that_cannot_be_kept_is_a_failure(cast: Cast, bring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(work: registry.Input, call: registry.Call) -> registry.Output:
        return registry.Output({"total": object()})

    monkeypatch.setitem(registry._registry, "echo", registry._Known(odd, None))
    bring(cast.ana, paper(), now=NOON)
    assert run_processors(NOON) == 1
    assert only_task().state == "processing"
    assert StepRun.objects.get().instance.timers.get().kind == "retry"


def test_a_document_whose_instance_was_canceled_is_not_worked_on(cast: Cast, bring: Any, actor_of: ActorOf) -> None:
    instance = bring(cast.ana, paper(), now=NOON).documents[0].instance
    commands.cancel(actor=actor_of(cast.cleo), instance=instance.pk)
    assert not Processing.objects.exists()
    assert run_processors(NOON) == 0


def test_a_worker_that_died_leaves_its_document_to_the_next(
    cast: Cast, bring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer, should it wake up again, counts for nothing."""
    bring(cast.ana, paper(), now=NOON)
    dead = running._claim("echo", NOON)
    assert dead is not None
    assert run_processors(NOON + MINUTE) == 0
    later = NOON + timedelta(minutes=3)
    assert run_processors(later) == 1
    assert running.answer_anyhow(dead.row, running._answer(dead), later) is False
    assert list(only_task().events.values_list("type", flat=True)) == ["task.created", "task.presented"]


def test_what_kills_every_worker_is_given_up(cast: Cast, bring: Any) -> None:
    bring(cast.ana, paper(), now=NOON)
    moment = NOON
    for _ in range(MOST_LOSSES):
        assert running._claim("echo", moment) is not None
        moment += timedelta(minutes=3)
    assert running._claim("echo", moment) is None
    assert not Processing.objects.exists()
    assert StepRun.objects.get().instance.timers.get().kind == "retry"


# --- Workers elsewhere ------------------------------------------------------------------------------------------------


@pytest.fixture
def afar(cast: Cast, bring: Any, publish: Any, actor_of: ActorOf) -> Callable[..., list[Work]]:
    """`afar(3)`: three documents for a processor elsewhere; of these cleo's worker has fetched the first."""
    publish(AFAR)

    def make(number: int = 1, most: int = 1, **given: Any) -> list[Work]:
        bring(cast.ana, *[paper(f"{place}.json") for place in range(number)], now=NOON)
        return leases.fetch(
            actor=actor_of(cast.cleo), processors=["afar"], most=most, lease=MINUTE, worker="w1", now=NOON, **given
        )

    return make


def test_a_worker_gets_all_it_needs_and_its_answer_is_presented(cast: Cast, afar: Any, actor_of: ActorOf) -> None:
    (work,) = afar()
    assert (work.processor, work.step, work.attempt, work.lease_until) == ("afar", "extraction", 1, NOON + MINUTE)
    assert [field["name"] for field in work.fields] == ["total", "net"]
    assert (work.document.name, work.variables["document"]["name"], work.task) == (
        "0.json",
        "0.json",
        only_task().uuid,
    )
    cleo = actor_of(cast.cleo)
    with leases.open_file(actor=cleo, work=work.id, token=work.token, now=NOON).content as file:
        assert file.read() == b'{"total": 10, "net": 8}'
    assert run_processors(NOON) == 0
    issues = [{"code": "low_confidence", "message": "Smudged", "field": "net", "confidence": 0.5}]
    leases.answer(
        actor=cleo,
        work=work.id,
        token=work.token,
        data={"total": 9, "net": 8},
        issues=issues,
        metadata={"by": "w"},
        now=NOON,
    )
    row = DocumentTask.objects.get()
    assert (row.task.state, row.task.form_data, row.issues, row.metadata) == (
        "pending",
        {"total": 9, "net": 8},
        issues,
        {"by": "w"},
    )
    with pytest.raises(NotFound) as done:
        leases.answer(actor=cleo, work=work.id, token=work.token, data={"total": 7}, now=NOON)
    assert done.value.code == "work_not_found"
    assert only_task().form_data == {"total": 9, "net": 8}


def test_an_answer_that_says_nonsense_is_refused_and_the_lease_goes_on(
    cast: Cast, afar: Any, actor_of: ActorOf
) -> None:
    (work,) = afar()
    say = {"actor": actor_of(cast.cleo), "work": work.id, "token": work.token, "now": NOON}
    with pytest.raises(InvalidInput) as refused:
        leases.answer(**say, issues=[{"code": "strange", "message": "?"}])
    assert refused.value.field == "issues[0].code"
    leases.answer(**say, data={"total": 9})
    assert only_task().state == "pending"


def test_whose_lease_ran_out_cannot_answer_and_the_next_ones_answer_counts(
    cast: Cast, afar: Any, actor_of: ActorOf
) -> None:
    (late,) = afar()
    cleo, after = actor_of(cast.cleo), NOON + MINUTE
    assert leases.fetch(actor=cleo, processors=["afar"], now=after - timedelta(seconds=1)) == []
    stale = {"actor": cleo, "work": late.id, "token": late.token}
    tries = {
        "extend": lambda: leases.extend(**stale, lease=MINUTE, now=after),
        "answer": lambda: leases.answer(**stale, data={"total": 1}, now=after),
        "fail": lambda: leases.fail(**stale, error="broken", now=after),
        "file": lambda: leases.open_file(**stale, now=after),
    }
    for name, attempt in tries.items():
        with pytest.raises(Conflict) as lost:
            attempt()
        assert lost.value.code == "lease_lost", name
    (work,) = leases.fetch(actor=cleo, processors=["afar"], lease=MINUTE, now=after)
    assert (work.id, work.token == late.token) == (late.id, False)
    for name, attempt in tries.items():
        with pytest.raises(Conflict):
            attempt()
        assert only_task().state == "processing", name
    leases.answer(actor=cleo, work=work.id, token=work.token, data={"total": 2}, now=after)
    assert only_task().form_data == {"total": 2}


def test_a_lease_is_extended_from_now_on(cast: Cast, afar: Any, actor_of: ActorOf) -> None:
    (work,) = afar()
    held = {"actor": actor_of(cast.cleo), "work": work.id, "token": work.token}
    almost = NOON + timedelta(seconds=50)
    assert leases.extend(**held, lease=timedelta(minutes=5), now=almost) == almost + timedelta(minutes=5)
    leases.answer(**held, data={"total": 1}, now=NOON + timedelta(minutes=5))


def test_a_failure_is_tried_again_when_the_worker_says(cast: Cast, afar: Any, actor_of: ActorOf) -> None:
    (work,) = afar()
    cleo = actor_of(cast.cleo)
    leases.fail(actor=cleo, work=work.id, token=work.token, error="No ink", retry_in=timedelta(minutes=5), now=NOON)
    fire_timers(NOON + timedelta(minutes=4))
    assert not Processing.objects.exists()
    soon = NOON + timedelta(minutes=6)
    fire_timers(soon)
    (again,) = leases.fetch(actor=cleo, processors=["afar"], now=soon)
    assert again.attempt == 2
    leases.fail(actor=cleo, work=again.id, token=again.token, error="No ink at all", now=soon)
    assert only_task().state == "failed"
    assert StepRun.objects.get().error == "No ink at all"


def test_much_work_is_fetched_in_as_many_queries_as_little(
    cast: Cast, bring: Any, publish: Any, actor_of: ActorOf, queries: Callable[[Callable[[], Any]], int]
) -> None:
    publish(AFAR)
    bring(cast.ana, *[paper()] * 25, now=NOON)
    cleo = actor_of(cast.cleo)
    few = queries(lambda: leases.fetch(actor=cleo, processors=["afar"], most=2, now=NOON))
    assert queries(lambda: leases.fetch(actor=cleo, processors=["afar"], most=20, now=NOON)) == few
    assert Processing.objects.filter(lease__isnull=True).count() == 3


def test_only_who_manages_a_project_gets_its_work(cast: Cast, afar: Any, actor_of: ActorOf) -> None:
    (work,) = afar(2)
    names = {"processors": ["afar"], "now": NOON}
    with pytest.raises(NotAllowed):
        leases.fetch(actor=actor_of(cast.ana), **names)
    assert leases.fetch(actor=actor_of(cast.dan), **names) == []
    with pytest.raises(NotFound):
        leases.answer(actor=actor_of(cast.dan), work=work.id, token=work.token, now=NOON)
    assign_perm("manage_project", cast.bo, cast.vault)
    assert leases.fetch(actor=actor_of(cast.bo), **names) == []
    assign_perm("manage_project", cast.bo, cast.project)
    assert len(leases.fetch(actor=actor_of(cast.bo), **names)) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"processors": []}, "processors"),
        ({"processors": ["x" * 64]}, "processors"),
        ({"processors": [f"p{number}" for number in range(21)]}, "processors"),
        ({"processors": ["echo"]}, "processors"),
        ({"most": 0}, "most"),
        ({"most": 101}, "most"),
        ({"lease": timedelta(0)}, "lease"),
        ({"lease": timedelta(hours=2)}, "lease"),
        ({"worker": "x" * 101}, "worker"),
    ],
)
def test_what_a_worker_asks_for_is_bounded(
    cast: Cast, invoices: Any, actor_of: ActorOf, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        leases.fetch(actor=actor_of(cast.cleo), **{"processors": ["afar"], "most": 1, **given})
    assert refused.value.field == field


def test_work_that_never_was_is_not_found(cast: Cast, actor_of: ActorOf) -> None:
    with pytest.raises(NotFound):
        leases.extend(actor=actor_of(cast.cleo), work=uuid4(), token=uuid4())
