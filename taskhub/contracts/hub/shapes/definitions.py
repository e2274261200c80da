"""Workflow definitions: what is sent is the document itself, as `docs/workflows.md` describes it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.fields import Anything, Choice, Flag, FreeObject, Id, Moment, Text
from workflows.engine.diff import ChangeKind
from workflows.models import WorkflowDefinition

from .common import PageOut, PersonOut

STATUSES = tuple(WorkflowDefinition.Status.values)
VERSIONS = ("latest", "all")


_DOCUMENT = {
    "type": "object",
    "required": ["key", "name", "steps"],
    "properties": {
        "key": {"type": "string"},
        "name": {"type": "string"},
        "description": {"type": "string"},
        "entity_type": {"type": "string"},
        "variables": {"type": "object", "additionalProperties": {}},
        "steps": {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
    },
    "additionalProperties": {},
    "description": "A workflow definition (docs/workflows.md).",
}
_EXAMPLE = {
    "key": "approval",
    "name": "Approval",
    "steps": [
        {
            "key": "decide",
            "name": "Decide",
            "assign": {"starter": True},
            "results": [{"code": "yes", "next": "end"}, {"code": "no", "next": "end"}],
        }
    ],
}
REQUEST = {"application/json": _DOCUMENT | {"example": _EXAMPLE}}
"""The body of requests that send one."""


@extend_schema_field(_DOCUMENT)
class Document(FreeObject):
    """A definition as it was written."""


class DefinitionOut(serializers.Serializer[Any]):
    """One version of a workflow."""

    id = Id()
    key = Text()
    version = serializers.IntegerField()
    status = Choice(STATUSES)
    name = Text()
    entity_type = Text(allow_null=True)
    created_by = PersonOut(allow_null=True)
    created_at = Moment()
    updated_at = Moment()
    published_at = Moment(allow_null=True)
    retired_at = Moment(allow_null=True)


class WholeDefinitionOut(DefinitionOut):
    """One version with its document. `running_instances` are those that you may see; beyond 10,000 estimated."""

    document = Document()
    running_instances = serializers.IntegerField()


class DefinitionsOut(PageOut):
    """A page of definitions."""

    items = DefinitionOut(many=True)


class FaultOut(serializers.Serializer[Any]):
    """One thing to mend. `path` leads to it: `steps[2].results[0].next`."""

    path = Text(allow_blank=True)
    message = Text()


class ValidationOut(serializers.Serializer[Any]):
    """What is wrong with a definition; of one that is sound, how large it is."""

    valid = Flag()
    faults = FaultOut(many=True)
    steps = serializers.IntegerField(allow_null=True)
    edges = serializers.IntegerField(allow_null=True)


class VersionOut(serializers.Serializer[Any]):
    """Which version."""

    id = Id()
    version = serializers.IntegerField()
    status = Choice(STATUSES)


class ChangeOut(serializers.Serializer[Any]):
    """One difference. `step` is null for the definition itself, `field` for a whole step; fields are dotted."""

    kind = Choice([kind.value for kind in ChangeKind])
    step = Text(allow_null=True)
    field = Text(allow_null=True)
    before = Anything(allow_null=True)
    after = Anything(allow_null=True)


DiffOut = type(
    "DiffOut",
    (serializers.Serializer,),
    {
        "__doc__": "What has changed from one version to another. `truncated`: there is more than is listed.",
        "from": VersionOut(),
        "to": VersionOut(),
        "changes": ChangeOut(many=True),
        "truncated": Flag(),
    },
)
"""Made this way because `from` is a word of Python's own."""
