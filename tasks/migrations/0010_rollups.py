"""Tables in which work is counted ahead, and indexes for what has to be counted row by row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NUMBERS = [
    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
    (
        "priority",
        models.PositiveSmallIntegerField(choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Urgent")], null=True),
    ),
    ("tasks", models.IntegerField(default=0)),
    ("completed", models.IntegerField(default=0)),
    ("under_way", models.IntegerField(default=0)),
    ("took_ms", models.BigIntegerField(default=0)),
]
NOBODY, PERSON = models.Q(("user__isnull", True)), models.Q(("user__isnull", False))


def key(to: str, **options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        to=to, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_rate_hit"),
        ("tasks", "0009_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Rollup",
            fields=[
                *NUMBERS,
                ("organization", key("accounts.organization")),
                ("project", key("accounts.project")),
                ("user", key(settings.AUTH_USER_MODEL, null=True)),
                ("width", models.PositiveSmallIntegerField()),
                ("start", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "roll-up",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=NOBODY, fields=["organization", "width", "start"], name="rollup_of_priorities_here"
                    ),
                    models.Index(
                        condition=PERSON, fields=["organization", "width", "start"], name="rollup_of_people_here"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("priority__isnull", False), ("user__isnull", True))
                        | models.Q(("priority__isnull", True), ("user__isnull", False)),
                        name="rollup_of_priority_or_person",
                    ),
                    models.UniqueConstraint(
                        condition=NOBODY,
                        fields=("project", "width", "start", "priority"),
                        name="rollup_of_priority_once",
                    ),
                    models.UniqueConstraint(
                        condition=PERSON, fields=("project", "width", "start", "user"), name="rollup_of_person_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RollupEntry",
            fields=[
                *NUMBERS,
                ("organization", key("accounts.organization", db_constraint=False)),
                ("project", key("accounts.project", db_constraint=False)),
                ("user", key(settings.AUTH_USER_MODEL, db_constraint=False, null=True)),
                ("day", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "roll-up entry",
                "verbose_name_plural": "roll-up entries",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["organization", "day"], name="rollup_entry_of_day")],
            },
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("team__isnull", False)), fields=["team", "task"], name="assignment_of_team"
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("claimed_from__isnull", False)),
                fields=["claimed_from", "task"],
                name="assignment_was_of_team",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["organization", "created_at"],
                name="task_org_created",
            ),
        ),
        migrations.RemoveIndex(model_name="task", name="task_org_open_due"),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["organization", "due_sort", "id", "project", "created_at"],
                name="task_org_open_due",
            ),
        ),
    ]
