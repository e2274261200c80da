"""What the tests of the pages have in hand: tasks for the cast, and people at their browsers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.access import ProjectAccess
from accounts.actor import Actor
from accounts.models import Project, Team, User
from tasks import commands
from tasks.commands import NewShare
from tasks.models import Attachment, Task
from tasks.outbox import drain
from workflows.conftest import answer, processed, processor, publish, start

__all__ = ["answer", "processed", "processor", "publish", "start"]

MakeTask = Callable[..., Task]


@pytest.fixture
def make_task(
    cleo: User,
    project: Project,
    actor_of: Callable[..., Actor],
    access_to: Callable[[User, Project], ProjectAccess],
) -> MakeTask:
    """`make_task("Sign it", ana, sales)`: a task made by Cleo for these people and teams."""

    def make(title: str, *to: User | Team, by: User = cleo, place: Project = project, **fields: Any) -> Task:
        shares = [NewShare(team=who.uuid) if isinstance(who, Team) else NewShare(user=who.uuid) for who in to]
        return commands.create(
            actor=actor_of(by), project=access_to(by, place), source="inbox", title=title, assignees=shares, **fields
        )

    return make


@pytest.fixture
def attach(actor_of: Callable[..., Actor]) -> Callable[..., Attachment]:
    """`attach(ana, task, "a.pdf", b"...")`: a file that she adds."""

    def add(who: User, task: Task, name: str, content: bytes) -> Attachment:
        return commands.attach(actor=actor_of(who), task=task.uuid, name=name, content=ContentFile(content))

    return add


@pytest.fixture
def at_the_browser() -> Callable[[User], Client]:
    """`at_the_browser(ana)`: a browser of her own, signed in, without JavaScript."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def tell() -> Callable[[], None]:
    """Deliver what the outbox owes, as a worker would."""

    def deliver() -> None:
        while drain():
            pass

    return deliver
