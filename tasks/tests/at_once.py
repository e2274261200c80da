"""Several threads that do their work at the same moment, each with a database connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.db import connection

PATIENCE_SECONDS = 60


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of the works returned or raised, in their order. All begin together."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE_SECONDS)
            return work()
        except Exception as error:  # noqa: BLE001  what was raised is what the caller asks for
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works, timeout=PATIENCE_SECONDS))


def outcomes(results: Sequence[Any]) -> Counter[str]:
    """How many results there are of each kind: the name of an error's class, else "done"."""
    return Counter(type(result).__name__ if isinstance(result, Exception) else "done" for result in results)


def race(things: Sequence[Any], *runners: Callable[[Any], Any]) -> list[list[Any]]:
    """For each thing, what each runner made of it; before each of them the runners wait for each other."""
    line = threading.Barrier(len(runners))

    def run(runner: Callable[[Any], Any]) -> list[Any]:
        made = []
        for thing in things:
            line.wait(PATIENCE_SECONDS)
            try:
                made.append(runner(thing))
            except Exception as error:  # noqa: BLE001
                made.append(error)
        return made

    by_runner = at_once(*(partial(run, runner) for runner in runners))
    return [list(made) for made in zip(*by_runner, strict=True)]
