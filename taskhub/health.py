"""What load balancers and process managers ask: does the process live, and can it serve?

Answered by the first middleware, ahead of host checks and sessions, so that a probe by bare address works and a dead
database cannot take `/healthz` with it.
"""

import threading
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

DATABASE_SECONDS = 4.0
REDIS_SECONDS = 1.0


def alive(_: HttpRequest) -> HttpResponse:
    """The process lives. Asks nothing of anybody."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def ready(_: HttpRequest) -> HttpResponse:
    """503 without the database; without Redis everything works, later: 200 and "degraded"."""
    if not database_answers():
        return _status("unavailable", status=503)
    if settings.REDIS_URL and not redis_answers():
        return _status("degraded")
    return _status("ok")


def _status(word: str, *, status: int = 200) -> JsonResponse:
    return JsonResponse({"status": word}, status=status, headers={"Cache-Control": "no-store"})


def database_answers() -> bool:
    """Asks on a connection of its own in a thread of its own: also a server that hangs is noticed in time."""
    answers: list[bool] = []
    probe = threading.Thread(target=lambda: answers.append(_select_one()), name="readyz", daemon=True)
    probe.start()
    probe.join(DATABASE_SECONDS)
    return answers == [True]


def _select_one() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except Error:
        return False
    finally:
        connection.close()


def redis_answers() -> bool:
    """One PING on a fresh connection, because a pooled one could be the only thing that is broken."""
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": alive, "/readyz": ready}
