"""A script, and what it said."""

from typing import Any

from rest_framework import serializers

from taskhub.basic.grammar import MAX_LENGTH
from taskhub.contracts.fields import Anything, FreeObject, Text


class ScriptIn(serializers.Serializer[Any]):
    """A script, and variables that it begins with: texts, numbers or truths by their names."""

    script = Text(max_length=MAX_LENGTH, allow_blank=True)
    variables = FreeObject(default=dict)


class ScriptOut(serializers.Serializer[Any]):
    """What it talked, its variables by lower-case name, the tasks it created, and the steps it took."""

    output = serializers.ListField(child=Text())
    variables = serializers.DictField(child=Anything())
    tasks = serializers.ListField(child=Text())
    steps = serializers.IntegerField()
