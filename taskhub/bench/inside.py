"""What is measured within a process of the product: the sweep of due deadlines beside the marking of rows.

    python -m taskhub.bench.inside DUE ROUNDS        (DATABASE_URL and the rest as for any process of TaskHub)

Prints one JSON object. Works on open tasks of the database, a part of them a round.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

LATER = "INSERT INTO tasks_deadline (organization_id, task_id, kind, fire_at, attempts)\
 SELECT organization_id, id, 'due', '9000-01-01', 0 FROM tasks_task WHERE is_open AND due_at IS NOT NULL\
 ON CONFLICT (task_id, kind) DO UPDATE SET fire_at = '9000-01-01'"
SOME_DUE = "UPDATE tasks_deadline SET fire_at = now() - interval '1 minute' WHERE id IN\
 (SELECT id FROM tasks_deadline WHERE fire_at = '9000-01-01' ORDER BY id LIMIT %s)"
MARK = "UPDATE tasks_task SET escalation_level = escalation_level + 1, escalated_at = now(), updated_at = now(),\
 version = version + 1 WHERE id IN (SELECT task_id FROM tasks_deadline WHERE fire_at < now())"


def main(due: int, rounds: int) -> dict[str, Any]:
    from django.db import connection, transaction

    from tasks import sweeps

    batches: list[float] = []
    whole_batch = sweeps._sweep_batch

    def batch(*given: Any) -> int:
        seconds, result = timed(lambda: whole_batch(*given))
        batches.append(seconds)
        return result

    sweeps._sweep_batch = batch  # type: ignore[assignment]  # the same, with a clock
    marked, swept, fired = [], [], 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tasks_deadline WHERE fire_at < now() + interval '1 hour'")
        cursor.execute(LATER)
        cursor.execute("ANALYZE tasks_deadline")
        for _ in range(rounds):
            cursor.execute(SOME_DUE, [due // rounds])
            with transaction.atomic():
                marked.append(timed(lambda: cursor.execute(MARK))[0])
                transaction.set_rollback(True)
            seconds, count = timed(sweeps.sweep_deadlines)
            swept.append(seconds)
            fired += count
    nothing = [timed(sweeps.sweep_deadlines)[0] for _ in range(25)]
    return {"due": fired, "marked": marked, "swept": swept, "batches": batches, "nothing": nothing}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskhub.settings")
    import django

    django.setup()
    gc.freeze()  # as in a worker's process
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
