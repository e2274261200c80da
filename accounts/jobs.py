"""Celery jobs of accounts. A job only says "look now"."""

from celery import shared_task

from accounts import retention


@shared_task(ignore_result=True)
def purge_expired() -> None:
    retention.purge_expired()
