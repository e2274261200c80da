"""Fields and shapes that several resources of the bots contract read or write."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.fields import Text


class ErrorOut(serializers.Serializer[Any]):
    """Every error."""

    error = Text()
    message = Text()
