"""verify_invariants: silent while all is well, one line for each row that is not."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.access import ProjectAccess
from accounts.actor import Actor
from accounts.invariants import REGISTRY
from accounts.models import ApiKey, Membership, Organization, Project, ProjectUserGrant, Team, User
from tasks import commands
from tasks.commands import NewShare
from tasks.domain import deadlines
from tasks.models import Assignment, Deadline, Event, OutboxEntry, Rollup, RollupEntry, Task
from tasks.rollups.folding import fold

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(
    ana: User, cleo: User, project: Project, actor_of: Callable[..., Actor], access_to: Callable[..., ProjectAccess]
) -> Task:
    """Half performed by Ana, waiting for Cleo, due tomorrow, with a comment; and once completed and opened again."""
    actor, manager = actor_of(ana), actor_of(cleo)
    task = commands.create(
        actor=actor,
        project=access_to(ana, project),
        source="hub",
        title="Count the stock",
        assignees=[NewShare(user=ana.uuid), NewShare(user=cleo.uuid)],
        watchers=[cleo.uuid],
        due_at=timezone.now() + timedelta(days=1),
    )
    commands.complete(actor=actor, task=task.pk)
    commands.complete(actor=manager, task=task.pk)
    commands.reopen(actor=manager, task=task.pk)
    commands.perform(actor=actor, task=task.pk)
    commands.comment(actor=actor, task=task.pk, text="Half of it.")
    return Task.objects.get(pk=task.pk)


def verify(capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Exit code and lines of the command."""
    code = 0
    try:
        call_command("verify_invariants")
    except SystemExit as end:
        code = int(end.code or 0)
    return code, capsys.readouterr().out.splitlines()


def test_all_is_well_after_ordinary_work(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(capsys) == (0, [])


def test_every_rule_says_what_it_is() -> None:
    call_command("verify_invariants", "--list")
    assert len(REGISTRY) >= 17
    assert all(rule.rule.endswith(".") for rule in REGISTRY.values())


def event(task: Task, seq: int, state: str) -> None:
    Event.objects.create(
        organization_id=task.organization_id,
        task=task,
        seq=seq,
        type="task.completed",
        actor_kind="system",
        payload={"state": state},
        created_at=timezone.now(),
    )


def another_state(task: Task) -> None:
    Task.objects.update(state="pending")


def a_gap(task: Task) -> None:
    event(task, task.events.count() + 2, task.state)


def closed_twice(task: Task) -> None:
    event(task, task.events.count() + 1, "completed")
    event(task, task.events.count() + 1, "declined")
    event(task, task.events.count() + 1, task.state)


def closed_without_a_date(task: Task) -> None:
    Task.objects.update(closed_at=timezone.now())


def too_little_performed(task: Task) -> None:
    Task.objects.update(performed_weight=Decimal("0.499999"))


def enough_and_still_open(task: Task) -> None:
    task.assignments.update(state="performed", is_open=False)
    Task.objects.update(performed_weight=1)


def a_foreign_project(task: Task) -> None:
    Task.objects.update(project=Project.objects.get(slug="elsewhere"))


def a_foreign_share(task: Task) -> None:
    Assignment.objects.filter(task=task).update(organization=Organization.objects.get(slug="globex"))


def a_foreign_comment(task: Task) -> None:
    task.comments.update(organization=Organization.objects.get(slug="globex"))


def a_share_that_looks_closed(task: Task) -> None:
    task.assignments.filter(is_open=True).update(is_open=False)


def a_share_that_is_sorted_wrongly(task: Task) -> None:
    task.assignments.filter(is_open=True).update(due_sort=timezone.now())


def a_task_that_is_sorted_wrongly(task: Task) -> None:
    Task.objects.update(due_at=None, due_sort=timezone.now())
    task.assignments.update(due_sort=Task.objects.get().due_sort)


def a_deadline_of_a_closed_task(task: Task) -> None:
    commands.cancel(actor=Actor.system(task.organization_id), task=task.pk)
    Deadline.objects.create(organization_id=task.organization_id, task=task, kind=deadlines.DUE, fire_at=timezone.now())


def a_forgotten_deadline(task: Task) -> None:
    Deadline.objects.all().delete()


def an_entry_that_is_lost(task: Task) -> None:
    RollupEntry.objects.filter(under_way=1).delete()


def a_roll_up_that_is_wrong(task: Task) -> None:
    fold()
    Rollup.objects.filter(width=32).update(tasks=7)


def a_person_who_completed_nothing(task: Task) -> None:
    fold()
    Rollup.objects.filter(width=1, user__username="cleo").update(completed=1)


def an_entry_of_no_event(task: Task) -> None:
    entry = OutboxEntry.objects.latest("pk")
    OutboxEntry.objects.filter(pk=entry.pk).update(event_id=Event.objects.latest("pk").pk + 1)


def a_stranger_in_a_team(task: Task) -> None:
    Team.objects.get().user_set.add(User.objects.get(username="dan"))


def a_renamed_group(task: Task) -> None:
    Team.objects.update(name="sales")


def no_default_project(task: Task) -> None:
    Project.objects.update(is_default=False)


def a_grant_to_a_stranger(task: Task) -> None:
    from django.contrib.auth.models import Permission

    ProjectUserGrant.objects.create(
        user=User.objects.get(username="dan"),
        content_object=task.project,
        permission=Permission.objects.get(codename="view_project"),
    )


def a_key_of_somebody_who_left(task: Task) -> None:
    ana = User.objects.get(username="ana")
    ApiKey.objects.create(organization_id=task.organization_id, user=ana, name="k", prefix="p", digest="d")
    Team.objects.get().user_set.clear()
    Membership.objects.filter(user=ana).delete()


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (another_state, "tasks.state_is_the_fold_of_events"),
        (a_gap, "tasks.event_numbers_have_no_gaps"),
        (closed_twice, "tasks.one_terminal_event_per_closure"),
        (closed_without_a_date, "tasks.closing_is_dated"),
        (too_little_performed, "tasks.performed_weights_add_up"),
        (enough_and_still_open, "tasks.enough_is_completed"),
        (a_foreign_project, "tasks.organizations_are_the_parents"),
        (a_foreign_share, "tasks.organizations_are_the_parents"),
        (a_foreign_comment, "tasks.organizations_are_the_parents"),
        (a_share_that_looks_closed, "tasks.copies_on_shares_are_equal"),
        (a_share_that_is_sorted_wrongly, "tasks.copies_on_shares_are_equal"),
        (a_task_that_is_sorted_wrongly, "tasks.tasks_are_sorted_by_their_due_time"),
        (a_deadline_of_a_closed_task, "tasks.deadlines_are_of_open_tasks"),
        (a_forgotten_deadline, "tasks.deadlines_are_of_open_tasks"),
        (an_entry_that_is_lost, "tasks.work_counted_ahead_is_the_work"),
        (a_roll_up_that_is_wrong, "tasks.work_counted_ahead_is_the_work"),
        (a_person_who_completed_nothing, "tasks.work_counted_ahead_is_the_work"),
        (an_entry_of_no_event, "tasks.outbox_entries_are_of_events"),
        (a_stranger_in_a_team, "accounts.team_members_are_members"),
        (a_renamed_group, "accounts.team_groups_are_named_by_their_slugs"),
        (no_default_project, "accounts.one_default_project"),
        (a_grant_to_a_stranger, "accounts.grants_stay_in_the_organization"),
        (a_key_of_somebody_who_left, "accounts.living_keys_belong_to_members"),
    ],
)
@pytest.mark.usefixtures("raw_rows")
def test_damage_is_found_and_named(
    task: Task, capsys: pytest.CaptureFixture[str], damage: Callable[[Task], None], rule: str
) -> None:
    damage(task)
    code, lines = verify(capsys)
    assert code == 1
    assert {line.split(": ")[0] for line in lines} == {rule}
