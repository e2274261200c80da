"""What the templates of the bots contract read and write."""

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from taskhub.contracts.bots.shapes import ChangeOut, DeletionOut, PageOut, Username, priority
from taskhub.contracts.fields import FreeObject, Moment, Text, Version
from tasks.commands.templates import MAX_NAME
from tasks.domain.content import MAX_ITEMS, MAX_LENGTH, MAX_TAG_LENGTH, MAX_TAGS
from workflows.engine.durations import format_duration, parse_duration


@extend_schema_field({"type": "string", "example": "PT48H", "maxLength": 40})
class Duration(serializers.Field[timedelta, Any, str, Any]):
    """An ISO 8601 duration of weeks, days, hours, minutes and seconds."""

    default_error_messages = {"invalid": "Must be an ISO 8601 duration, like PT48H or P2D."}

    def to_internal_value(self, data: Any) -> timedelta:
        if not isinstance(data, str) or len(data) > 40:
            self.fail("invalid")
        try:
            return parse_duration(data)
        except ValueError as error:
            raise serializers.ValidationError(f"'{data}' {error}") from None

    def to_representation(self, value: timedelta) -> str:
        return format_duration(value)


def _several(most: int, longest: int, **options: Any) -> serializers.ListField:
    return serializers.ListField(child=Text(max_length=longest), max_length=most, **options)


class TemplateChangeIn(serializers.Serializer[Any]):
    """What of a template changes. `assignee` is a username, `team` a slug; null takes them away."""

    name = Text(max_length=MAX_NAME, required=False)
    title_template = Text(max_length=MAX_LENGTH["title"], allow_blank=True, required=False)
    description_template = Text(max_length=MAX_LENGTH["description"], allow_blank=True, required=False)
    default_priority = priority(required=False)
    default_tags = _several(MAX_TAGS, MAX_TAG_LENGTH, required=False)
    checklist = _several(MAX_ITEMS, MAX_LENGTH["item"], required=False)
    default_due_in = Duration(required=False, allow_null=True)
    category = Text(max_length=MAX_LENGTH["category"], allow_blank=True, required=False)
    assignee = Username(required=False, allow_null=True)
    team = Text(max_length=63, required=False, allow_null=True)
    version = Version(required=False, allow_null=True)


class TemplateIn(TemplateChangeIn):
    """A new template. `{{variable}}` in its title, description and checklist is filled in when a task is made."""

    name = Text(max_length=MAX_NAME)
    version = None  # type: ignore[assignment]


class TemplateOut(serializers.Serializer[Any]):
    """A template. `variables` are the names that have to be given when a task is made from it."""

    template_id = Text()
    name = Text()
    title_template = Text()
    description_template = Text()
    default_priority = priority()
    default_tags = serializers.ListField(child=Text())
    checklist = serializers.ListField(child=Text())
    default_due_in = Duration(allow_null=True)
    category = Text()
    assignee = Text(allow_null=True)
    team = Text(allow_null=True)
    variables = serializers.ListField(child=Text())
    version = serializers.IntegerField()
    created_at = Moment()
    created_by = Text(allow_null=True)
    updated_at = Moment()


class TemplatesOut(PageOut):
    """A page of templates, by name."""

    templates = TemplateOut(many=True)


class TemplateUpdatedOut(ChangeOut):
    """What has changed."""

    template_id = Text()


class TemplateDeletedOut(DeletionOut):
    """It is archived: no more tasks are made from it."""

    template_id = Text()


class FromTemplateIn(serializers.Serializer[Any]):
    """A task from a template. What is said here wins over the template; `tags` are added to its own."""

    template_id = Text(max_length=100)
    variables = FreeObject(required=False)
    assignee = Username(required=False, allow_null=True)
    team = Text(max_length=63, required=False, allow_null=True)
    due_date = Moment(required=False, allow_null=True)
    priority = priority(required=False)
    tags = _several(MAX_TAGS, MAX_TAG_LENGTH, required=False)
    project = Text(max_length=100, required=False, allow_null=True)
