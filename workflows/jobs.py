"""Celery's door into this app. A job says "look now" and nothing else; what is owed stands in the rows."""

from celery import shared_task

from . import sweeps
from .automation import planning, retention, running
from .processing import running as processing


@shared_task
def fire_timers() -> None:
    sweeps.fire_timers()


@shared_task
def plan_triggers() -> None:
    planning.plan_triggers()


@shared_task
def plan_slots() -> None:
    planning.plan_slots()


@shared_task
def run_rules() -> None:
    running.run_owed()


@shared_task
def run_processors() -> None:
    processing.run_processors()


@shared_task
def purge_rule_runs() -> None:
    retention.purge()
