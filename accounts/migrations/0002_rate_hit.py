"""The limiter's table: unlogged in PostgreSQL, because a limit need not survive a crash."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import accounts.models.rate


def unlog(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE accounts_ratehit SET UNLOGGED")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RateHit",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("hits", accounts.models.rate.FloatListField()),
                ("allowed", models.BooleanField()),
                ("leaves_in", models.FloatField()),
                ("stale_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name": "rate limit",
            },
        ),
        migrations.RunPython(unlog, migrations.RunPython.noop),
    ]
