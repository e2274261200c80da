"""What is read and written about notifications."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from taskhub.contracts.bots import ids
from taskhub.contracts.bots.shapes import PageOut
from taskhub.contracts.fields import Choice, Flag, Moment, Text
from tasks.models import Delivery
from tasks.notifications.message import sentence
from tasks.notifications.notices import CHANNELS

from .settings import EVENTS, RECIPIENTS

MOST_AT_ONCE = 1000


class SettingsIn(serializers.Serializer[Any]):
    """Which events, by which channels, in which roles: every combination, and no other."""

    events = serializers.ListField(child=Choice(EVENTS), max_length=100)
    channels = serializers.ListField(child=Choice(CHANNELS), max_length=100)
    recipients = serializers.ListField(child=Choice(RECIPIENTS), max_length=100)


class ChoiceOut(serializers.Serializer[Any]):
    """One combination that is on."""

    event = Text()
    channel = Text()
    recipient = Text()


class SettingsOut(serializers.Serializer[Any]):
    """What holds, also where a person chose on the pages what is no product of three lists."""

    events = serializers.ListField(child=Text())
    channels = serializers.ListField(child=Text())
    recipients = serializers.ListField(child=Text())
    choices = ChoiceOut(many=True)


class NotificationOut(serializers.Serializer[Any]):
    """One thing somebody was told."""

    notification_id = Text()
    event = Text()
    task_id = Text()
    text = Text()
    read = Flag()
    created_at = Moment()


class ListOut(PageOut):
    """A page of notifications, newest first."""

    notifications = NotificationOut(many=True)
    unread = serializers.IntegerField()


class ReadIn(serializers.Serializer[Any]):
    """Which are read: those named, or all."""

    notification_ids = serializers.ListField(child=Text(max_length=100), max_length=MOST_AT_ONCE, required=False)
    all = Flag(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["all"] == ("notification_ids" in attrs):
            raise serializers.ValidationError({"notification_ids": 'Name them, or say "all": true.'})
        return attrs


class ReadOut(serializers.Serializer[Any]):
    """How many were unread, and how many still are."""

    updated = serializers.IntegerField()
    unread = serializers.IntegerField()


def notifications(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    """Deliveries as the contract shows them."""
    return [_notification(delivery) for delivery in deliveries]


def _notification(delivery: Delivery) -> dict[str, Any]:
    return {
        "notification_id": ids.public("ntf", delivery.uuid),
        "event": delivery.notice,
        "task_id": ids.public("tsk", delivery.task.uuid),
        "text": sentence(delivery),
        "read": delivery.read_at is not None,
        "created_at": delivery.created_at,
    }
