"""Two furnished organizations, a superuser, and an administrator of one of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import commands as accounts
from accounts import tokens
from accounts.access import ProjectAccess, identity, project_access
from accounts.actor import Actor, Role
from accounts.models import (
    Membership,
    Organization,
    RateHit,
    User,
)
from tasks import commands, outbox
from tasks.commands import NewReference, NewShare
from tasks.commands.templates import create_template
from tasks.models import Category, NotificationPreference, Priority, Task
from tasks.rollups import folding
from workflows import commands as workflows
from workflows.automation import planning
from workflows.models import Document, DocumentTask, Processing, Upload, WorkflowInstance


def furnish(organization: Organization, person: User, word: str) -> Task:
    """At least one row of nearly every model below the organization, recognizable by `word`."""
    system = Actor.system(organization.pk)
    actor = identity(person.pk, organization.pk)
    team = accounts.create_team(actor=system, slug=f"{word}-team", title=f"{word} team", members=[person.pk])
    project = accounts.create_project(
        actor=system, slug=f"{word}-project", name=f"{word} project", visibility="private"
    )
    accounts.grant_project(actor=system, project_id=project.pk, permission="work_project", user_id=person.pk)
    accounts.grant_project(actor=system, project_id=project.pk, permission="view_project", team_id=team.pk)
    accounts.issue_key(actor=system, user_id=person.pk, name=f"{word} key", scopes=["task.read"])
    tokens.issue(user=person, organization_id=organization.pk)
    Category.objects.create(organization=organization, slug=f"{word}-category", title=f"{word} category")
    create_template(
        actor=system, name=f"{word} template", checklist=[f"{word} item"], assignee=NewShare(user=person.uuid)
    )
    NotificationPreference.objects.create(
        organization=organization,
        user=person,
        notice="task_completed",
        channel="email",
        recipient="watcher",
        enabled=True,
    )
    access = project_access(actor, id=project.pk)
    assert access is not None
    task = commands.create(
        actor=actor,
        project=access,
        source="hub",
        title=f"{word} task",
        assignees=[NewShare(user=person.uuid), NewShare(team=team.uuid)],
        watchers=[person.uuid],
        references=[NewReference("call", f"{word}-call")],
        due_at=timezone.now() + timedelta(days=1),
        checklist=[f"{word} point"],
    )
    commands.log_time(actor=system, task=task.pk, minutes=5, note=f"{word} note")
    commands.report(actor=system, task=task.pk, reason=f"{word} report")
    commands.comment(actor=system, task=task.pk, text=f"{word} comment")
    commands.attach(actor=system, task=task.pk, name=f"{word} file.txt", content=ContentFile(b"words"))
    bring(begin(actor, access, word), task, word)
    automate(actor, word)
    return task


def automate(actor: Actor, word: str) -> None:
    """A rule, what set it off, and what it made of that."""
    trigger = {"type": "rang", "value": f"{word} bell"}
    document = {"name": f"{word} rule", "trigger": trigger, "action": {"type": "create_task", "title": f"{word} call"}}
    workflows.create_rule(actor=replace(actor, role=Role.ADMIN), document=document)
    workflows.fire_trigger(actor=actor, type="rang", value=f"{word} bell")
    planning.plan_triggers()


def begin(actor: Actor, project: ProjectAccess, word: str) -> WorkflowInstance:
    """A workflow that waits for somebody and for a moment."""
    steps = [
        {"key": "begin", "name": f"{word} step", "depends_on": []},
        {"key": "rest", "name": f"{word} rest", "type": "wait", "for": "P1D", "depends_on": []},
    ]
    document = {"key": f"{word}-process", "name": f"{word} process", "steps": steps}
    workflows.publish_document(actor=Actor.system(actor.organization_id), document=document)
    about = workflows.Entity("CASE", f"{word}-case", f"{word} case")
    return workflows.start(actor=actor, definition=f"{word}-process", project=project, entity=about).instance


def bring(instance: WorkflowInstance, task: Task, word: str) -> None:
    """A document of that instance, and a processor that owes something to it."""
    own = {"organization_id": instance.organization_id}
    upload = Upload.objects.create(
        **own, project=instance.project, definition=instance.definition, created_at=instance.started_at
    )
    document = Document.objects.create(
        **own, upload=upload, instance=instance, position=1, name=f"{word} paper.txt", content_type="text/plain", size=5
    )
    DocumentTask.objects.create(**own, task=task, document=document, upload=upload, step="begin")
    Processing.objects.create(
        **own,
        instance=instance,
        run=f"{word}-run",
        task=task,
        processor="text",
        fire_at=instance.started_at,
        created_at=instance.started_at,
    )


@pytest.fixture
def ulla(cast: Any) -> User:
    """A superuser who belongs to no organization."""
    return User.objects.create(username="ulla", name="Ulla", is_staff=True, is_superuser=True)


@pytest.fixture
def furnished(cast: Any, ulla: User) -> None:
    tasks = [furnish(cast.acme, cast.ana, "ours"), furnish(cast.globex, cast.dan, "theirs")]
    outbox.drain()
    folding.fold()
    for task in tasks:
        commands.escalate(actor=Actor.system(task.organization_id), task=task.pk)
        commands.update(actor=Actor.system(task.organization_id), task=task.pk, values={"priority": Priority.URGENT})
    hits: Any = [1.0] if connection.vendor == "postgresql" else "1"
    RateHit.objects.create(key="k", hits=hits, allowed=True, leaves_in=1, stale_at=timezone.now())


@pytest.fixture
def as_superuser(client: Client, ulla: User) -> Client:
    client.force_login(ulla, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_admin_of_acme(client: Client, cleo: User) -> Client:
    """Cleo, with the right to use the pages and the role of an administrator in Acme, and a superuser nowhere."""
    User.objects.filter(pk=cleo.pk).update(is_staff=True)
    Membership.objects.filter(user=cleo).update(role=Role.ADMIN)
    client.force_login(cleo, backend="django.contrib.auth.backends.ModelBackend")
    return client
