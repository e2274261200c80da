"""What the triggers of the bots contract read and write."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.fields import Flag, FreeObject, Moment, Text
from workflows.rules.triggers import MAX_VALUE


class FireIn(serializers.Serializer[Any]):
    """Something has happened. Conditions of rules see `context` under that name."""

    type = Text(max_length=MAX_VALUE)
    value = Text(max_length=MAX_VALUE, allow_blank=True, required=False)
    context = FreeObject(required=False)  # type: ignore[assignment]


class FiredOut(serializers.Serializer[Any]):
    """It is kept, and rules look at it in a moment, once."""

    accepted = Flag()
    trigger_id = Text()
    type = Text()
    value = Text()
    created_at = Moment()
