"""Documents keep their order, and what is published does not change: the database refuses it to every client.

SQLite drops triggers with the table when a later migration rebuilds it; such a migration runs `guard` again. A test
asks for the refusal on both databases.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import workflows.models.document

FROZEN = ("organization_id", "uuid", "key", "version", "name", "entity_type", "document", "published_at")
MESSAGE = "a published definition does not change"

POSTGRESQL = f"""
CREATE FUNCTION workflows_definition_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END $$;
CREATE TRIGGER workflows_definition_frozen BEFORE UPDATE ON workflows_workflowdefinition FOR EACH ROW
WHEN (OLD.status <> 'draft' AND (NEW.status = 'draft' OR
  {" OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FROZEN)}))
EXECUTE FUNCTION workflows_definition_refuse();
CREATE TRIGGER workflows_definition_kept BEFORE DELETE ON workflows_workflowdefinition FOR EACH ROW
WHEN (OLD.status <> 'draft') EXECUTE FUNCTION workflows_definition_refuse();
"""
SQLITE = f"""
CREATE TRIGGER workflows_definition_frozen BEFORE UPDATE ON workflows_workflowdefinition
WHEN OLD.status <> 'draft' AND (NEW.status = 'draft' OR
  {" OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FROZEN)})
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""
FORWARD = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
BACKWARD = {
    "postgresql": "DROP TRIGGER workflows_definition_frozen ON workflows_workflowdefinition; "
    "DROP TRIGGER workflows_definition_kept ON workflows_workflowdefinition; "
    "DROP FUNCTION workflows_definition_refuse();",
    "sqlite": "DROP TRIGGER IF EXISTS workflows_definition_frozen",
}


def run(statements: dict[str, str]) -> Callable[[StateApps, BaseDatabaseSchemaEditor], None]:
    def on_this_database(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor in statements:
            editor.execute(statements[editor.connection.vendor], params=None)

    return on_this_database


guard = migrations.RunPython(run(FORWARD), run(BACKWARD))


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial")]
    operations = [
        migrations.AddField("workflowdefinition", "revision", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            "workflowdefinition",
            "updated_by",
            models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField("workflowdefinition", "document", workflows.models.document.DocumentField()),
        guard,
    ]
