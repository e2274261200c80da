"""When time itself acts."""

from datetime import UTC, datetime, timedelta

from tasks.domain.deadlines import DUE, ESCALATION, NEVER, deadlines, due_sort, is_overdue

NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)


def test_a_task_without_a_due_time_has_no_deadlines_and_sorts_last() -> None:
    assert deadlines(None, timedelta(hours=4)) == {}
    assert due_sort(None) == NEVER > NOON


def test_escalation_comes_a_pause_after_due() -> None:
    assert deadlines(NOON, timedelta(hours=4)) == {DUE: NOON, ESCALATION: NOON + timedelta(hours=4)}


def test_an_escalation_past_the_end_of_the_calendar_is_left_out() -> None:
    assert deadlines(NEVER, timedelta(hours=4)) == {DUE: NEVER}


def test_overdue_is_an_open_task_past_its_due_time() -> None:
    assert is_overdue(True, NOON, NOON + timedelta(seconds=1))
    assert not is_overdue(True, NOON, NOON)
    assert not is_overdue(False, NOON, NOON + timedelta(days=1))
    assert not is_overdue(True, None, NOON)
