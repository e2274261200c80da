"""History does not change: on PostgreSQL a trigger refuses it to every client, not only to this code."""

from collections.abc import Callable

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FORWARD = """
CREATE FUNCTION tasks_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'events are append-only'; END $$;
CREATE TRIGGER tasks_event_append_only BEFORE UPDATE OR DELETE ON tasks_event
FOR EACH ROW EXECUTE FUNCTION tasks_event_refuse();
"""
BACKWARD = "DROP TRIGGER tasks_event_append_only ON tasks_event; DROP FUNCTION tasks_event_refuse();"


def run(sql: str) -> Callable[[StateApps, BaseDatabaseSchemaEditor], None]:
    def on_postgresql(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(sql)

    return on_postgresql


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]
    operations = [migrations.RunPython(run(FORWARD), run(BACKWARD))]
