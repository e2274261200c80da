"""What tests of tasks share. Whatever uses the cast is checked for consistency when it ends."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.actor import Actor, Role
from accounts.models import Membership, Organization, Team, User
from conftest import Cast
from tasks import commands
from tasks.commands import NewShare
from tasks.models import Task
from tasks.tests.consistency import assert_consistent

RAW = "raw_rows"


@pytest.fixture(autouse=True)
def consistent_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every scenario with the cast leaves tasks whose rows agree, unless it writes rows past the commands."""
    watched = "cast" in request.fixturenames and RAW not in request.fixturenames
    if watched:
        request.getfixturevalue("cast")  # so that we are torn down before the rows are
    yield
    if watched:
        assert_consistent()


@pytest.fixture
def raw_rows() -> None:
    """Says that a test writes rows as no command would."""


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """`person("vera", acme, Role.VIEWER)`: one more person, member of that organization if one is given."""

    def make(name: str, organization: Organization | None = None, role: Role = Role.MEMBER, **fields: Any) -> User:
        user = User.objects.create(username=name, name=name.title(), email=f"{name}@example.com", **fields)
        if organization:
            Membership.objects.create(user=user, organization=organization, role=role)
        return user

    return make


@pytest.fixture
def vera(cast: Cast, person: Callable[..., User]) -> User:
    """Somebody who may only look."""
    return person("vera", cast.acme, Role.VIEWER)


@pytest.fixture
def eve(cast: Cast, person: Callable[..., User]) -> User:
    """A member of no team."""
    return person("eve", cast.acme)


def share(holder: Any) -> NewShare:
    """A person, a team, or one of them with a weight, as commands want it."""
    who, weight = holder if isinstance(holder, tuple) else (holder, None)
    uuid: UUID = who if isinstance(who, UUID) else who.uuid
    place = {"team": uuid} if isinstance(who, Team) else {"user": uuid}
    return NewShare(**place, weight=None if weight is None else Decimal(str(weight)))


@pytest.fixture
def new_task(cast: Cast, actor_of: Callable[..., Actor], access_to: Callable[..., Any]) -> Callable[..., Task]:
    """`new_task(ana, (sales, "0.5"), weight=1)`: a task for those assignees, made by cleo or `by`."""

    def make(*holders: Any, by: User = cast.cleo, project: Any = cast.project, **fields: Any) -> Task:
        values = {"source": "inbox", "title": "Check the contract"} | fields
        if "weight" in values:
            values["weight"] = Decimal(str(values["weight"]))
        return commands.create(
            actor=actor_of(by, project.organization),
            project=access_to(by, project),
            assignees=[share(holder) for holder in holders],
            **values,
        )

    return make


@pytest.fixture
def do(actor_of: Callable[..., Actor]) -> Callable[..., Any]:
    """`do(ana, "perform", task)`: the command as that person gives it."""

    def act(who: User | Actor, verb: str, task: Task, **given: Any) -> Any:
        actor = who if isinstance(who, Actor) else actor_of(who, task.organization)
        return getattr(commands, verb)(actor=actor, task=task.pk, **given)

    return act


def types(task: Task) -> list[str]:
    """The history of a task in words, oldest first."""
    return list(task.events.order_by("seq").values_list("type", flat=True))
