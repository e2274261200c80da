"""What is read and written of checklists."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.bots.shapes import DeletionOut
from taskhub.contracts.fields import Flag, Moment, Text
from tasks.domain.content import MAX_LENGTH


class ItemIn(serializers.Serializer[Any]):
    """One more point."""

    text = Text(max_length=MAX_LENGTH["item"])


class ItemPatch(serializers.Serializer[Any]):
    """Tick a point off or take that back; word it otherwise."""

    text = Text(max_length=MAX_LENGTH["item"], required=False)
    done = Flag(required=False)


class ItemOut(serializers.Serializer[Any]):
    """A point."""

    item_id = Text()
    text = Text()
    done = Flag()
    done_by = Text(allow_null=True)
    done_at = Moment(allow_null=True)


class ChecklistOut(serializers.Serializer[Any]):
    """All points of a task in their order, and how many are done."""

    items = ItemOut(many=True)
    total = serializers.IntegerField(min_value=0)
    done = serializers.IntegerField(min_value=0)


class RemovedOut(DeletionOut):
    item_id = Text()
