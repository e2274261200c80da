"""One step of a workflow within one process: the product beside SpiffWorkflow, whose instances are kept as JSON.

    python -m taskhub.bench.peers STEPS ROUNDS        (DATABASE_URL and the rest as for any process of TaskHub)

Prints one JSON object: steps a second, round by round. Both go through ten steps of one person, each step a transaction
on the same database: what was done is kept, and the next step waits. SpiffWorkflow is a library: it knows nothing of
shares, rights, history or who is to be told, which the product writes in the same transaction.
"""

import json
import os
import sys
import time
from itertools import pairwise
from typing import Any

STEPS = 10
NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OWN = "SELECT id FROM tasks_task WHERE source = 'pool' AND title = 'steps-10' AND is_open ORDER BY id DESC LIMIT %s"


def bpmn() -> str:
    """Ten tasks of people, one after the other."""
    names = ["start", *(f"s{number}" for number in range(STEPS)), "end"]
    flows = [(f"f{number}", one, other) for number, (one, other) in enumerate(pairwise(names))]
    drawn = "".join(f'<sequenceFlow id="{id}" sourceRef="{one}" targetRef="{other}"/>' for id, one, other in flows)
    into, out = {other: id for id, _, other in flows}, {one: id for id, one, _ in flows}
    tasks = "".join(
        f'<manualTask id="{name}"><incoming>{into[name]}</incoming><outgoing>{out[name]}</outgoing></manualTask>'
        for name in names[1:-1]
    )
    ends = (
        f'<startEvent id="start"><outgoing>{out["start"]}</outgoing></startEvent>'
        f'<endEvent id="end"><incoming>{into["end"]}</incoming></endEvent>'
    )
    process = f'<process id="ten" isExecutable="true">{ends}{tasks}{drawn}</process>'
    return f'<definitions xmlns="{NAMESPACE}" id="d" targetNamespace="bench">{process}</definitions>'


class Spiff:
    """Instances as rows of JSON, as its documentation has them."""

    def __init__(self) -> None:
        from django.db import connection
        from SpiffWorkflow.bpmn import BpmnWorkflow
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
        from SpiffWorkflow.util.task import TaskState

        parser = BpmnParser()
        parser.add_bpmn_str(bpmn().encode())
        self._new = lambda: BpmnWorkflow(parser.get_spec("ten"))
        self._ready = TaskState.READY
        self._serializer = BpmnWorkflowSerializer()
        self._connection = connection
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE spiff (id bigserial PRIMARY KEY, state jsonb NOT NULL)")

    def begin(self, count: int) -> list[int]:
        """So many instances at their first step."""
        workflow = self._new()
        workflow.do_engine_steps()
        state = self._serializer.serialize_json(workflow)
        with self._connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO spiff (state) SELECT %s::jsonb FROM generate_series(1, %s::int) RETURNING id",
                [state, count],
            )
            return [id for (id,) in cursor.fetchall()]

    def step(self, id: int) -> None:
        from django.db import transaction

        with transaction.atomic(), self._connection.cursor() as cursor:
            cursor.execute("SELECT state::text FROM spiff WHERE id = %s FOR UPDATE", [id])
            [state] = cursor.fetchone()
            workflow = self._serializer.deserialize_json(state)
            workflow.get_next_task(state=self._ready, manual=True).run()
            workflow.do_engine_steps()
            state = self._serializer.serialize_json(workflow)
            cursor.execute("UPDATE spiff SET state = %s::jsonb WHERE id = %s", [state, id])


class Own:
    """The product's command, as a contract calls it."""

    def __init__(self) -> None:
        from accounts.access import actor_for
        from accounts.models import User
        from workflows import commands

        self._actor = actor_for(User.objects.get(username="worker"))
        self._complete = commands.complete

    def begin(self, count: int) -> list[int]:
        """So many tasks that are open steps."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(OWN, [count])
            return [id for (id,) in cursor.fetchall()]

    def step(self, id: int) -> None:
        done = self._complete(actor=self._actor, task=id)
        assert done.next_steps, "the next step is open"


def main(steps: int, rounds: int) -> dict[str, Any]:
    sides: dict[str, Own | Spiff] = {"own": Own(), "spiff": Spiff()}
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(-1, rounds):
        for name, side in sides.items():
            rate = _rate(side, side.begin(steps))
            if number >= 0:  # the first is to warm up
                rates[name].append(rate)
    return rates


def _rate(side: Own | Spiff, ids: list[int]) -> float:
    started = time.perf_counter()
    for id in ids:
        side.step(id)
    return len(ids) / (time.perf_counter() - started)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskhub.settings")
    import django

    django.setup()
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
