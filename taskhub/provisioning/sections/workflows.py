"""Workflow definitions (docs/workflows.md). One that says something else than the latest version becomes a new one."""

from taskhub.provisioning import values
from workflows import commands

from .section import Answer, Context, Entry, Section


def apply(context: Context, entry: Entry) -> Answer:
    also = {each["key"] for each in context.entries}  # they may start each other, in whatever order they stand
    row, _ = commands.publish_document(actor=context.actor, document=dict(entry), also=also, now=context.now)
    return {"id": str(row.uuid), "number": str(row.pk), "version": row.version}


SECTION = Section(
    name="workflows",
    key="key",
    properties={"key": values.SLUG},
    required=("key",),
    apply=apply,
    is_closed=False,
)
