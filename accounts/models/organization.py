"""Organizations and what stands below them. Every other row of the system belongs to exactly one organization."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.actor import Role
from accounts.ids import uuid7

from .user import validate_timezone


class Organization(models.Model):
    """Who everything belongs to (a contract may call it tenant, company or team)."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    hostname = models.CharField(max_length=253, unique=True, null=True, blank=True)
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    escalate_after = models.DurationField(
        null=True, blank=True, help_text="How long after its due time a task is escalated; empty: four hours."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in an organization."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    role = models.PositiveSmallIntegerField(choices=[(role.value, role.word) for role in Role], default=Role.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="membership_once")]
        ordering = ["organization_id", "user_id"]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"


class Team(Group):
    """An assignable group of people.

    A team *is* an auth group: its members are the users who have the group, and a django-guardian grant to the group
    is a grant to the team. So membership has one home. The group's name must be unique in the whole system and is
    made from both slugs; people see `title`.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="teams")
    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(max_length=63)
    title = models.CharField(max_length=200)

    objects: ClassVar[models.Manager["Team"]]  # type: ignore[assignment]  # inherited; only its type is narrowed

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "slug"], name="team_slug_once")]
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @staticmethod
    def group_name(organization: Organization, slug: str) -> str:
        """The name of the auth group behind the team `slug`."""
        return f"{organization.slug}/{slug}"


class Project(models.Model):
    """A part of an organization's work: a customer, an account, a project (customer_id and project_id of contracts)."""

    class Visibility(models.TextChoices):
        ORGANIZATION = "organization", "Everyone in the organization"
        PRIVATE = "private", "Only those it is shared with"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="projects")
    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(max_length=63)
    name = models.CharField(max_length=200)
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.ORGANIZATION)
    is_default = models.BooleanField(default=False)
    """Where tasks go that name no project; one per organization."""
    pipeline = models.SlugField(max_length=63, blank=True, db_default="", db_index=False)
    """The key of the workflow that documents go through that are uploaded from now on; empty: the built-in one."""
    report_url = models.CharField(max_length=500, blank=True, db_default="")
    """Where the reports of its tasks are forwarded to; empty: nowhere."""
    report_secret = models.CharField(max_length=1_000, blank=True, db_default="", editable=False)
    """What forwarded reports are signed with, encrypted."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="project_slug_once"),
            models.UniqueConstraint(fields=["organization"], condition=Q(is_default=True), name="one_default_project"),
        ]
        default_permissions = ("add", "change", "delete", "view")  # view_project is also the object grant to read
        permissions = [
            ("work_project", "Can work in the project"),
            ("manage_project", "Can manage the project's tasks"),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProjectUserGrant(UserObjectPermissionBase):
    """A django-guardian grant on a project to a person; `assign_perm` and `remove_perm` write it."""

    content_object = models.ForeignKey(Project, on_delete=models.CASCADE)


class ProjectTeamGrant(GroupObjectPermissionBase):
    """A django-guardian grant on a project to a team."""

    content_object = models.ForeignKey(Project, on_delete=models.CASCADE)
