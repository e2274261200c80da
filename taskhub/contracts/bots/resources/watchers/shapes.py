"""What is read and written of watchers."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.bots.shapes import Username, UserOut
from taskhub.contracts.fields import Flag, Text


class WatchIn(serializers.Serializer[Any]):
    """Who is to be told; without a name, whoever asks."""

    user_id = Username(allow_null=True, default=None)


class WatchingOut(serializers.Serializer[Any]):
    task_id = Text()
    user_id = Text()
    watching = Flag()


class WatchersOut(serializers.Serializer[Any]):
    """All who watch a task."""

    watchers = UserOut(many=True)
    total = serializers.IntegerField(min_value=0)
