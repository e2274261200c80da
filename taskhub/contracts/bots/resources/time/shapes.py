"""What is read and written of the time that was spent."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.bots.shapes import Minutes, UserOut
from taskhub.contracts.fields import Moment, Text
from tasks.domain.content import MAX_LENGTH


class TimeIn(serializers.Serializer[Any]):
    """Time that somebody spent. It is added to what there is."""

    minutes = Minutes()
    note = Text(max_length=MAX_LENGTH["note"], allow_blank=True, allow_null=True, default="")


class EntryOut(serializers.Serializer[Any]):
    """An entry."""

    minutes = serializers.IntegerField(min_value=1)
    note = Text(allow_blank=True)
    user = UserOut(allow_null=True)
    at = Moment()


class TimeAddedOut(EntryOut):
    """A new entry, and what all of them come to."""

    task_id = Text()
    time_spent_minutes = serializers.IntegerField(min_value=1)


class TimeOut(serializers.Serializer[Any]):
    """A page of entries, oldest first, and what all of them come to."""

    entries = EntryOut(many=True)
    total = serializers.IntegerField(min_value=0)
    time_spent_minutes = serializers.IntegerField(min_value=0)
