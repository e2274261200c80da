"""Uploads of documents, what their tasks have beside other tasks, and the processing that is owed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.ids
import workflows.models.upload


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_project_pipeline"),
        ("tasks", "0007_when_work_was_given"),
        ("workflows", "0004_automation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=accounts.ids.uuid7, editable=False, unique=True)),
                ("position", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("file", models.FileField(max_length=120, upload_to=workflows.models.upload.place)),
                (
                    "instance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document",
                        to="workflows.workflowinstance",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "ordering": ["upload_id", "position"],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=accounts.ids.uuid7, editable=False, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workflows.workflowdefinition"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.project",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="DocumentTask",
            fields=[
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="document_task",
                        serialize=False,
                        to="tasks.task",
                    ),
                ),
                ("step", models.CharField(max_length=63)),
                ("found", models.JSONField(blank=True, default=dict)),
                ("issues", models.JSONField(blank=True, default=list)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("exported_at", models.DateTimeField(blank=True, null=True)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="workflows.document"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="workflows.upload",
                    ),
                ),
            ],
            options={
                "ordering": ["task_id"],
            },
        ),
        migrations.AddField(
            model_name="document",
            name="upload",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="workflows.upload",
            ),
        ),
        migrations.CreateModel(
            name="Processing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=accounts.ids.uuid7, editable=False, unique=True)),
                ("run", models.CharField(max_length=40)),
                ("processor", models.CharField(max_length=63)),
                ("options", models.JSONField(blank=True, default=dict)),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                ("fire_at", models.DateTimeField()),
                ("lease", models.UUIDField(blank=True, editable=False, null=True)),
                ("worker", models.CharField(blank=True, max_length=100)),
                ("created_at", models.DateTimeField()),
                (
                    "instance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="processings",
                        to="workflows.workflowinstance",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tasks.task"
                    ),
                ),
            ],
            options={
                "ordering": ["fire_at", "id"],
                "indexes": [
                    models.Index(fields=["processor", "fire_at", "id"], name="processing_owed"),
                    models.Index(fields=["organization", "processor", "fire_at", "id"], name="processing_owed_to"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run",), name="processing_of_run"),
                    models.CheckConstraint(
                        condition=models.Q(("lease__isnull", False), ("worker", ""), _connector="OR"),
                        name="processing_held_by_worker",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["project", "-id"], name="upload_of_project"),
        ),
        migrations.AddIndex(
            model_name="documenttask",
            index=models.Index(fields=["upload", "task"], name="task_of_upload"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("upload", "position"), name="document_place_once"),
        ),
    ]
