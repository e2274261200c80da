"""Celery's doors into this app. A job says "look now" and nothing else; what is owed stands in the rows."""

from celery import shared_task

from . import outbox, retention, sweeps
from .notifications import send
from .reports import forward
from .rollups import folding


@shared_task
def drain_outbox() -> None:
    outbox.drain()


@shared_task
def send_deliveries() -> None:
    send.send_due()


@shared_task
def forward_reports() -> None:
    forward.forward_due()


@shared_task
def sweep_deadlines() -> None:
    sweeps.sweep_deadlines()


@shared_task
def purge_files() -> None:
    retention.purge_files()


@shared_task
def fold_rollups() -> None:
    folding.fold()
