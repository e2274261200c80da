"""A form that is sent twice takes effect once: its hidden key is kept as an Idempotency-Key of the contracts is."""

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.actor import Actor
from taskhub.contracts import kept

FIELD = "once"
MAX_LENGTH = 64


def fresh_key() -> str:
    """A new key for a form about to be shown."""
    return uuid4().hex


def once(request: HttpRequest, actor: Actor, run: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of `run`, a redirect; or where the first sending of the same form was sent to."""
    key = request.POST.get(FIELD, "")[:MAX_LENGTH].replace("\0", "")
    if not key:
        return run()
    row = kept.row_of(actor, str(request.method), request.path, key)
    return kept.once(row, run, lambda first: HttpResponseRedirect(first.headers["Location"]))
