"""Work counted ahead, so that numbers about a million tasks need not look at a million rows (`tasks.rollups`)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organization, Project

from .task import Priority

_PERSON = Q(user__isnull=False)
_NOBODY = Q(user__isnull=True)
_ONE_KIND = Q(priority__isnull=False, user__isnull=True) | Q(priority__isnull=True, user__isnull=False)


class Counted(models.Model):
    """Numbers of a project's tasks that are not deleted: of those of one priority, or that one person completed."""

    priority = models.PositiveSmallIntegerField(choices=Priority, null=True)
    tasks = models.IntegerField(default=0)
    completed = models.IntegerField(default=0)
    under_way = models.IntegerField(default=0)
    took_ms = models.BigIntegerField(default=0)
    """The time from creation to completion of all completed ones together, in milliseconds."""

    class Meta:
        abstract = True


class Rollup(Counted):
    """What is true of the tasks created in a span of days: [start, start + width), as `tasks.domain.spans` has them."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+", db_index=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    width = models.PositiveSmallIntegerField()
    start = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = "roll-up"
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ONE_KIND, name="rollup_of_priority_or_person"),
            models.UniqueConstraint(
                fields=["project", "width", "start", "priority"],
                condition=_NOBODY,
                name="rollup_of_priority_once",
            ),
            models.UniqueConstraint(
                fields=["project", "width", "start", "user"], condition=_PERSON, name="rollup_of_person_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "width", "start"], condition=_NOBODY, name="rollup_of_priorities_here"
            ),
            models.Index(fields=["organization", "width", "start"], condition=_PERSON, name="rollup_of_people_here"),
        ]

    def __str__(self) -> str:
        return f"{self.tasks or self.completed} in {self.width} days from day {self.start}"


class RollupEntry(Counted):
    """A change of those numbers for one day that stands in no roll-up yet. Written by triggers: see `tasks.rollups`.

    Slim, and without foreign keys in the database: it is written with every change of a task, from rows that have them.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    day = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = "roll-up entry"
        verbose_name_plural = "roll-up entries"
        indexes: ClassVar = [models.Index(fields=["organization", "day"], name="rollup_entry_of_day")]

    def __str__(self) -> str:
        return f"{self.tasks:+} tasks, {self.completed:+} completed on day {self.day}"
