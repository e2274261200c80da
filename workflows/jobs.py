"""Celery's door into this app. A job says "look now" and nothing else; what is owed stands in the rows."""

from celery import shared_task

from . import sweeps


@shared_task
def fire_timers() -> None:
    sweeps.fire_timers()
