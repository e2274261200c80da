"""What is asked of product and floor: one case for each thing that people and systems do all day."""

import json
from base64 import b32hexencode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from .load import Request
from .systems import System

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """`product` and `floor` make the requests of a system; a write names the pool that its tasks are taken from."""

    name: str
    product: Callable[[System], Sequence[Request]]
    floor: Callable[[System], Sequence[Request]] | None
    headers: Callable[[System], Headers]
    pool: str = ""
    goal: str = ""
    """Which of the goals its ratio is measured against."""


def _get(path: Callable[[System], str]) -> Callable[[System], Sequence[Request]]:
    return lambda system: [Request("GET", path(system))]


def _key(name: str) -> Callable[[System], Headers]:
    return lambda system: system.key(name)


def _customers(system: System) -> str:
    return f"/v1/customers/{system.ids['project']}/tasks"


def _of_organization(more: str = "") -> Callable[[System], Sequence[Request]]:
    return _get(lambda system: f"/organization/{system.ids['organization']}{more}")


def _of_project(more: str = "") -> Callable[[System], Sequence[Request]]:
    return _get(lambda system: f"/project/{system.ids['project']}{more}")


def _tasks(prefix: Callable[[System], str]) -> Callable[[System], Sequence[Request]]:
    return lambda system: [Request("GET", f"{prefix(system)}/{uuid}") for uuid in system.ids["tasks"]]


def _inbox_of(username: str, more: str) -> Callable[[System], Sequence[Request]]:
    return _get(lambda system: f"/inbox/{system.ids['users'][username]}{more}")


def _new_task(system: System) -> dict[str, object]:
    people = [system.names["users"][name]["id"] for name in ("worker", "mate")]
    text = "Compare the order with the delivery note; ask the supplier where they differ."
    return {"title": "Check invoice", "description": text, "category": "approve", "assignees": people}


def _create(system: System) -> Sequence[Request]:
    return [Request("POST", _customers(system), json.dumps(_new_task(system)))]


def _create_floor(system: System) -> Sequence[Request]:
    return [Request("POST", "/create", json.dumps({**_new_task(system), "project": system.ids["project"]}))]


def _of_pool(kind: str, request: Callable[[System, int, str], Request]) -> Callable[[System], Sequence[Request]]:
    return lambda system: [request(system, id, uuid) for id, uuid in system.ids["pools"][kind]]


def _bots_id(uuid: str) -> str:
    """As the bots spell it."""
    return f"tsk_{b32hexencode(UUID(uuid).bytes).decode()[:26].lower()}"


def _result(number: int) -> str:
    return f"/apidev/v1/workflow/tasks/{number}/complete"


DONE = json.dumps({"result_code": "completed"})

CASES: tuple[Case, ...] = (
    Case("customers: list of 25", _get(lambda s: f"{_customers(s)}?limit=25"), _of_project(), _key("robot"), goal="G2"),
    Case(
        "customers: list of 25, filtered",
        _get(lambda s: f"{_customers(s)}?limit=25&status=pending&category=approve"),
        _of_project("/filtered"),
        _key("robot"),
        goal="G2",
    ),
    Case("intake: list of 25", _get(lambda s: "/v1/tasks?limit=25"), _of_organization(), _key("robot"), goal="G2"),
    Case("bots: list of 25", _get(lambda s: "/api/v1/tasks?limit=25"), _of_organization(), _key("busy"), goal="G2"),
    Case(
        "worklist: list of 25",
        _get(lambda s: "/apidev/v1/workflow/tasks?limit=25"),
        _of_organization("/steps"),
        lambda s: s.worklist("busy"),
        goal="G2",
    ),
    Case(
        "hub: list of 25 instances",
        _get(lambda s: "/api/hub/v1/workflow-instances?limit=25"),
        _of_organization("/instances"),
        _key("robot"),
        goal="G1",
    ),
    Case(
        "page: inbox",
        _get(lambda s: "/inbox/?view=mine"),
        _inbox_of("busy", "/page"),
        lambda s: s.session("busy"),
        goal="G15",
    ),
    Case(
        "page: empty inbox",
        _get(lambda s: "/inbox/?view=mine"),
        _inbox_of("idle", "/page"),
        lambda s: s.session("idle"),
        goal="G7",
    ),
    Case("customers: one task", _tasks(_customers), _tasks(lambda s: "/task"), _key("robot")),
    Case("customers: create for two", _create, _create_floor, _key("robot"), goal="G3"),
    Case(
        "customers: perform",
        _of_pool("two", lambda s, _, uuid: Request("PATCH", f"{_customers(s)}/{uuid}/perform", "{}")),
        _of_pool("two", lambda s, _, uuid: Request("POST", f"/perform/{uuid}")),
        _key("worker"),
        pool="two",
        goal="G4",
    ),
    Case(
        "bots: complete",
        _of_pool("one", lambda s, _, uuid: Request("POST", f"/api/v1/tasks/{_bots_id(uuid)}/complete", "{}")),
        _of_pool("one", lambda s, _, uuid: Request("POST", f"/complete/{uuid}")),
        _key("worker"),
        pool="one",
        goal="G4",
    ),
    Case(
        "worklist: complete a step of 10",
        _of_pool("steps-10", lambda s, id, _: Request("POST", _result(id), DONE)),
        _of_pool("steps-10", lambda s, id, _: Request("POST", f"/step/{id}")),
        lambda s: s.worklist("worker"),
        pool="steps-10",
        goal="G4",
    ),
    Case(
        "worklist: complete a step of 1,000",
        _of_pool("steps-1000", lambda s, id, _: Request("POST", _result(id), DONE)),
        _of_pool("steps-1000", lambda s, id, _: Request("POST", f"/step/{id}")),
        lambda s: s.worklist("worker"),
        pool="steps-1000",
        goal="G11",
    ),
    Case("bots: analytics", _get(lambda s: "/api/v1/tasks/analytics"), None, _key("robot"), goal="G17"),
)
"""The floor of the bots' list and of the intake's shows all shares of a task, as an ideal view of either might."""


def named(words: str) -> Iterator[Case]:
    """The cases whose names have all of these words."""
    return (case for case in CASES if all(word in case.name for word in words.split()))
