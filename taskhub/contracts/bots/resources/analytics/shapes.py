"""Task analytics as the document shows them."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.bots.mapping import PRIORITIES
from taskhub.contracts.fields import Text
from tasks.analytics import Analytics, Summary

RATE_PLACES, HOUR_PLACES = 2, 1


class SummaryOut(serializers.Serializer[Any]):
    """All tasks in view together."""

    total_tasks = serializers.IntegerField()
    completed = serializers.IntegerField()
    in_progress = serializers.IntegerField()
    overdue = serializers.IntegerField()
    completion_rate = serializers.FloatField()
    average_completion_time_hours = serializers.FloatField()


class PriorityOut(serializers.Serializer[Any]):
    """The tasks of one priority."""

    total = serializers.IntegerField()
    completed = serializers.IntegerField()


class PrioritiesOut(serializers.Serializer[Any]):
    """By priority."""

    critical, high, medium, low = (PriorityOut() for _ in range(4))


class PersonOut(serializers.Serializer[Any]):
    """What somebody completed."""

    user_id = Text()
    name = Text()
    tasks_completed = serializers.IntegerField()
    average_time_hours = serializers.FloatField()


class AnalyticsOut(serializers.Serializer[Any]):
    """Task analytics."""

    summary = SummaryOut()
    by_priority = PrioritiesOut()
    by_assignee = PersonOut(many=True)


def shown(found: Analytics) -> dict[str, Any]:
    """The numbers in the document's words."""
    words = {word: found.by_priority[priority] for word, priority in reversed(PRIORITIES.items())}
    return {
        "summary": _summary(found.summary),
        "by_priority": {word: {"total": of.total, "completed": of.completed} for word, of in words.items()},
        "by_assignee": [
            {
                "user_id": person.username,
                "name": person.name,
                "tasks_completed": person.completed,
                "average_time_hours": round(person.average_hours, HOUR_PLACES),
            }
            for person in found.by_assignee
        ],
    }


def _summary(of: Summary) -> dict[str, Any]:
    return {
        "total_tasks": of.total,
        "completed": of.completed,
        "in_progress": of.in_progress,
        "overdue": of.overdue,
        "completion_rate": round(of.completion_rate, RATE_PLACES),
        "average_completion_time_hours": round(of.average_hours, HOUR_PLACES),
    }
