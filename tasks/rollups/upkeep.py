"""Keeping the triggers over migrations of SQLite, which knows no ALTER TABLE that is worth the name.

Django rebuilds a table there: its triggers vanish with the old one, and those of other tables that mention it make the
renaming fail. So they are taken away before and put back after; what migrations changed in between is counted anew.
"""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from tasks.models import RollupEntry

from . import folding, triggers


def listen(app: AppConfig) -> None:
    pre_migrate.connect(take_away, sender=app)
    post_migrate.connect(put_back, sender=app)


def take_away(*, using: str, plan: Any = None, **_: Any) -> None:
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        triggers.remove(connection)


def put_back(*, using: str, plan: Any = None, **_: Any) -> None:
    """Not where the tables themselves were taken back."""
    connection = connections[using]
    if not plan or connection.vendor != "sqlite":
        return
    if RollupEntry._meta.db_table in connection.introspection.table_names():
        triggers.install(connection)
        folding.recount(connection)
