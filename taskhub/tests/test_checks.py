"""A name in a table that leads nowhere is refused at the start."""

from types import SimpleNamespace
from typing import Any

import pytest

from taskhub import celery, checks
from taskhub.celery import BEATS, SHORTEST_LIFE, Beat, app


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Tables of our own in the place of taskhub.wiring."""
    tables = SimpleNamespace(LOCK_FIRST=(), INLINE={}, RELAYED={})
    monkeypatch.setattr(checks, "import_module", lambda _: tables)
    return tables


def test_the_tables_of_this_release_are_right() -> None:
    assert checks.wired_names_import() == []
    assert checks.beat_jobs_exist() == []


@pytest.mark.parametrize("table", checks.TABLES)
@pytest.mark.parametrize("name", ["tasks.nowhere.handler", "tasks.outbox.no_such_name", "nonsense"])
def test_a_handler_that_does_not_import_is_an_error(wired: Any, table: str, name: str) -> None:
    setattr(wired, table, {"task.completed": (name,)})
    (error,) = checks.wired_names_import()
    assert error.id == "taskhub.E001"
    assert f"wiring.{table} names '{name}'" in error.msg


def test_a_handler_that_cannot_be_called_is_an_error(wired: Any) -> None:
    wired.LOCK_FIRST = ("tasks.outbox.BATCH",)
    (error,) = checks.wired_names_import()
    assert "cannot be called" in error.msg


def test_a_beat_without_its_job_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(celery, "BEATS", (*BEATS, Beat("ghost", "tasks.jobs.ghost", 1.0)))
    (error,) = checks.beat_jobs_exist()
    assert (error.id, "tasks.jobs.ghost" in error.msg) == ("taskhub.E002", True)


def test_every_beat_expires_so_that_an_absent_worker_finds_no_pile() -> None:
    schedule = app.conf.beat_schedule
    assert set(schedule) == {beat.name for beat in BEATS}
    for entry in schedule.values():
        assert entry["options"]["expires"] == max(entry["schedule"], SHORTEST_LIFE)


def test_what_is_owed_is_looked_for_every_second_and_deadlines_every_five() -> None:
    every = {beat.job: beat.every for beat in BEATS}
    assert every["tasks.jobs.drain_outbox"] <= 2
    assert every["tasks.jobs.send_deliveries"] <= 2
    assert every["tasks.jobs.sweep_deadlines"] <= 5
