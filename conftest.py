"""The cast: who plays in the tests, named once.

Acme: ana (member), bo (member, same team "sales"), cleo (manager); projects "dorfman-ag" (default, everyone's) and
"vault" (private). Globex, another organization: dan (admin), project "elsewhere". Whoever asks for one of them gets
them all: they are made in a dozen statements. Fixtures for services and processes: `taskhub/testing/plugin.py`.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import api_keys, credential_cache, limiter
from accounts.access import ProjectAccess, identity, project_access
from accounts.actor import Actor, Role
from accounts.models import Membership, Organization, Project, Team, User
from tasks import queries
from workflows import compiled

pytest_plugins = ["taskhub.testing.plugin"]

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Cast:
    """Everyone and everything of it."""

    acme: Organization
    globex: Organization
    ana: User
    bo: User
    cleo: User
    dan: User
    sales: Team
    project: Project
    vault: Project
    elsewhere: Project


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """What a process remembers of credentials and of attempts would outlive the rows of a test."""
    credential_cache.forget()
    yield
    credential_cache.forget()
    queries.forget_totals()
    limiter.forget()
    api_keys.last_uses._noted.clear()
    compiled.forget()


@pytest.fixture
def cast(db: None) -> Cast:
    acme, globex = Organization.objects.bulk_create(
        [
            Organization(slug="acme", name="Acme Bank", hostname="acme.example.com"),
            Organization(slug="globex", name="Globex", hostname="globex.example.com"),
        ]
    )
    password = make_password(PASSWORD)
    ana, bo, cleo, dan = User.objects.bulk_create(
        User(
            username=name.split()[0].lower(),
            name=name,
            email=f"{name.split()[0].lower()}@example.com",
            password=password,
        )
        for name in ("Ana Diaz", "Bo Berg", "Cleo Stone", "Dan Novak")
    )
    Membership.objects.bulk_create(
        Membership(user=user, organization=organization, role=role)
        for user, organization, role in (
            (ana, acme, Role.MEMBER),
            (bo, acme, Role.MEMBER),
            (cleo, acme, Role.MANAGER),
            (dan, globex, Role.ADMIN),
        )
    )
    project, vault, elsewhere = Project.objects.bulk_create(
        [
            Project(organization=acme, slug="dorfman-ag", name="Dorfman AG", is_default=True),
            Project(organization=acme, slug="vault", name="Vault", visibility=Project.Visibility.PRIVATE),
            Project(organization=globex, slug="elsewhere", name="Elsewhere", is_default=True),
        ]
    )
    sales = Team.objects.create(
        organization=acme, name=Team.group_name(acme, "sales"), slug="sales", title="Sales Team"
    )
    sales.user_set.set([ana, bo])
    return Cast(acme, globex, ana, bo, cleo, dan, sales, project, vault, elsewhere)


@pytest.fixture
def acme(cast: Cast) -> Organization:
    return cast.acme


@pytest.fixture
def globex(cast: Cast) -> Organization:
    return cast.globex


@pytest.fixture
def ana(cast: Cast) -> User:
    return cast.ana


@pytest.fixture
def bo(cast: Cast) -> User:
    return cast.bo


@pytest.fixture
def cleo(cast: Cast) -> User:
    return cast.cleo


@pytest.fixture
def dan(cast: Cast) -> User:
    return cast.dan


@pytest.fixture
def sales(cast: Cast) -> Team:
    return cast.sales


@pytest.fixture
def project(cast: Cast) -> Project:
    return cast.project


@pytest.fixture
def vault(cast: Cast) -> Project:
    return cast.vault


@pytest.fixture
def elsewhere(cast: Cast) -> Project:
    return cast.elsewhere


@pytest.fixture
def actor_of() -> Callable[..., Actor]:
    """`actor_of(ana)`: the person as an actor, read afresh."""
    return lambda user, organization=None: identity(user.pk, organization.pk if organization else None)


@pytest.fixture
def access_to(actor_of: Callable[..., Actor]) -> Callable[[User, Project], ProjectAccess]:
    """`access_to(ana, project)`: the project as that person has it, as commands want it."""

    def access(user: User, project: Project) -> ProjectAccess:
        found = project_access(actor_of(user), id=project.pk)
        assert found is not None, f"{user} may not see {project}"
        return found

    return access


@pytest.fixture
def signed_in(client: Client) -> Callable[[User], Client]:
    """`signed_in(ana)`: a browser without JavaScript in which that person has signed in."""

    def sign_in(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def counted(db: None) -> Callable[..., AbstractContextManager[None]]:
    """`with counted(4):` the block asks the database exactly four things, apart from beginning and ending.

    `together` says how many of them go along with the one before where the database can do two at once.
    """

    @contextmanager
    def count(expected: int, *, together: int = 0) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        expected -= together if connection.vendor == "postgresql" else 0
        asked = [query["sql"] for query in captured if not query["sql"].startswith(FRAME)]
        assert len(asked) == expected, f"{len(asked)} queries:\n" + "\n".join(sql[:200] for sql in asked)

    return count


FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
