"""Who has which share of a task."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import Organization, Team
from tasks.domain.lifecycle import ShareState
from tasks.domain.shares import PLACES

from .task import Task

_PENDING = Q(state=ShareState.PENDING)


class Assignment(models.Model):
    """One share: of a person (assignee), or of a team whose members may claim it (candidate).

    `is_open` (share pending and task open) and `due_sort` are written by the commands that change the task; the two
    inbox indexes hold all that an inbox page orders by.
    """

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    claimed_from = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The team whose share this was before a member claimed it; `release` gives it back."""
    weight = models.DecimalField(max_digits=13, decimal_places=PLACES)
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in ShareState], default=ShareState.PENDING
    )
    outcome = models.CharField(max_length=80, blank=True)
    """The result that its holder gave; the task's is the one that weighs most."""
    is_open = models.BooleanField(default=True)
    due_sort = models.DateTimeField()
    assigned_at = models.DateTimeField()
    acted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(weight__gt=0), name="assignment_weight_positive"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, team__isnull=True) | Q(user__isnull=True, team__isnull=False),
                name="assignment_user_or_team",
            ),
            models.CheckConstraint(condition=Q(is_open=False) | _PENDING, name="assignment_open_is_pending"),
            models.UniqueConstraint(fields=["task", "user"], condition=_PENDING, name="one_open_share_per_person"),
            models.UniqueConstraint(fields=["task", "team"], condition=_PENDING, name="one_open_share_per_team"),
        ]
        indexes = [
            # With the organization inboxes and their counts are read from the indexes alone.
            models.Index(
                fields=["user", "due_sort", "task", "organization"],
                condition=Q(is_open=True),
                name="assignment_user_inbox",
            ),
            models.Index(
                fields=["team", "due_sort", "task", "organization"],
                condition=Q(is_open=True),
                name="assignment_team_inbox",
            ),
            models.Index(fields=["team", "task"], condition=Q(team__isnull=False), name="assignment_of_team"),
            models.Index(
                fields=["claimed_from", "task"], condition=Q(claimed_from__isnull=False), name="assignment_was_of_team"
            ),
            models.Index(
                fields=["user", "-assigned_at"], condition=Q(user__isnull=False), name="assignment_user_given"
            ),
            models.Index(
                fields=["user", "-acted_at", "task"], condition=Q(acted_at__isnull=False), name="assignment_user_acted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weight:f} of task {self.task_id}"
