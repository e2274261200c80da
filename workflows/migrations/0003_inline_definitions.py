"""Definitions that came with the request that started them are in no list; the latest instances are found by index."""

from importlib import import_module

from django.db import migrations, models

frozen = import_module("workflows.migrations.0002_published_definitions_stay")
guard_anew = frozen.run({"sqlite": frozen.SQLITE})


class Migration(migrations.Migration):
    dependencies = [("workflows", "0002_published_definitions_stay")]
    operations = [
        migrations.RemoveIndex("workflowinstance", "instance_of_definition"),
        migrations.AddIndex(
            "workflowinstance",
            models.Index(fields=["definition", "status", "-id"], name="instance_of_definition"),
        ),
        # SQLite rebuilds the table for a column, there and back, and drops its triggers with it.
        migrations.RunPython(migrations.RunPython.noop, guard_anew),
        migrations.AddField("workflowdefinition", "is_listed", models.BooleanField(default=True)),
        migrations.RunPython(guard_anew, migrations.RunPython.noop),
    ]
