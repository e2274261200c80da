"""Django system checks: what would otherwise fail at the first event or the first night is refused at the start."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import autodiscover_modules, import_string

TABLES = ("LOCK_FIRST", "INLINE", "RELAYED")


@register()
def wired_names_import(**_: Any) -> list[CheckMessage]:
    """Every handler named in the wiring tables exists and can be called."""
    wiring = import_module(settings.TASKHUB_WIRING)
    return [error for table in TABLES for error in _broken(table, getattr(wiring, table, {}))]


@register()
def beat_jobs_exist(**_: Any) -> list[CheckMessage]:
    """Every job of the beat table is one that a worker would find."""
    from .celery import BEATS, app

    autodiscover_modules("jobs")
    return [
        Error(f"Beat '{beat.name}' names a job that no jobs.py defines: {beat.job}", id="taskhub.E002")
        for beat in BEATS
        if beat.job not in app.tasks
    ]


def _broken(table: str, value: object) -> Iterator[CheckMessage]:
    for name in _names(value):
        try:
            found = import_string(name)
        except ImportError as error:
            yield Error(f"wiring.{table} names '{name}', which does not import: {error}", id="taskhub.E001")
        else:
            if not callable(found):
                yield Error(f"wiring.{table} names '{name}', which cannot be called", id="taskhub.E001")


def _names(value: object) -> Iterator[str]:
    """The dotted names in a table, whether its values are one name or several."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _names(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _names(item)
