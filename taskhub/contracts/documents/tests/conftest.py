"""A project as the documents contract addresses it, its pipelines, and people as clients of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.access import forget
from accounts.models import Organization, Project, User
from conftest import Cast
from taskhub.contracts.testing import Caller
from taskhub.contracts.tests.forms import many
from tasks.conftest import consistent_afterwards, raw_rows
from workflows.conftest import publish, sound_afterwards
from workflows.processing import running

__all__ = ["consistent_afterwards", "publish", "raw_rows", "sound_afterwards"]

Json = dict[str, Any]


@pytest.fixture
def base(acme: Organization, project: Project) -> str:
    """Where the tasks and uploads of the project are."""
    return f"/v2/{acme.uuid}/project/{project.uuid}"


@dataclass
class Documents:
    """Somebody's way through the contract."""

    caller: Caller
    base: str

    def bring(self, *files: tuple[str, bytes], to: str = "", **headers: str) -> Json:
        """A new upload of these files, or more of them for the upload `to`."""
        body, form = many(*files)
        answer = self.caller.call("POST", f"{self.base}/upload{to and f'/{to}'}", body, form | headers)
        assert answer.status_code == 201, answer.content
        return answer.json()

    def bring_processed(self, *files: tuple[str, bytes]) -> Json:
        """The same, once everything that processors owe has been done."""
        upload = self.bring(*files)
        process()
        return upload

    def task(self, id: str) -> Json:
        return self.read(f"task/{id}")

    def tasks(self, query: str = "") -> list[Json]:
        return self.read(f"tasks?{query}")["tasks"]

    def read(self, path: str) -> Json:
        answer = self.caller.get(f"{self.base}/{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def say(self, id: str, verb: str, method: str = "POST", **body: Any) -> Json:
        """What the verb answers, which must succeed."""
        answer = self.asked(id, verb, method, **body)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    def asked(self, id: str, verb: str, method: str = "POST", **body: Any) -> Any:
        return self.caller.call(method, f"{self.base}/task/{id}/{verb}", body)

    def refused(self, id: str, verb: str, method: str = "POST", **body: Any) -> tuple[int, str]:
        """Status and code of what the verb answers."""
        answer = self.asked(id, verb, method, **body)
        return answer.status_code, answer.json()["error"]["code"]


def process() -> None:
    """Everything that processors inside of TaskHub owe, and what that leads to."""
    while running.run_processors():
        pass


@pytest.fixture
def pipeline(publish: Any, project: Project) -> Callable[[Json], None]:
    """`pipeline(INVOICES)`: what uploads of the project go through from now on."""

    def use(document: Json) -> None:
        publish(document)
        Project.objects.filter(pk=project.pk).update(pipeline=document["key"])
        forget()

    return use


@pytest.fixture
def as_client(as_caller: Callable[..., Caller], base: str) -> Callable[..., Documents]:
    """`as_client(ana)`: her way through the contract, with a new key."""
    return lambda user, **options: Documents(as_caller(user, **options), base)


@pytest.fixture
def ana_docs(as_client: Callable[[User], Documents], cast: Cast) -> Documents:
    return as_client(cast.ana)


@pytest.fixture
def cleo_docs(as_client: Callable[[User], Documents], cast: Cast) -> Documents:
    return as_client(cast.cleo)
