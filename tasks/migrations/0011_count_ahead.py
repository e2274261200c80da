"""From here on work is counted as it changes; what there is already is counted once, by the database.

Roll-ups are derived: when their triggers change, this becomes empty and a later migration does it (`tasks.rollups`).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from tasks.rollups import folding, triggers


def begin(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(editor.connection)
    folding.recount(editor.connection)


def end(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0010_rollups")]
    operations = [migrations.RunPython(begin, end)]
