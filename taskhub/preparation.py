"""What `bin/run` does before it serves: bring the database up to date and, when it is empty, load the demo."""

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def prepare() -> None:
    """Idempotent, and quick when there is nothing to do."""
    if migrations_are_pending():
        call_command("migrate", interactive=False, verbosity=0)
    if settings.TASKHUB_DEMO:
        call_command("demo")


def migrations_are_pending() -> bool:
    """Whether the database lacks a migration that the code has."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
