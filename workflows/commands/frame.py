"""The frame of every command that moves an instance: lock, right, state; then the move is the command's."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.actor import Actor
from tasks.domain.errors import StaleVersion
from workflows import policy, store
from workflows.cases import Case
from workflows.moving import Move


def moving(verb: str, actor: Actor, key: UUID | int, version: int | None, now: datetime | None) -> tuple[Move, Case]:
    """The locked instance, once it is clear that the actor may do `verb`. Call it inside a transaction."""
    row = store.lock(actor.organization_id, key)
    policy.check(policy.standing_of(actor, row), verb)
    if version is not None and version != row.version:
        raise StaleVersion("This workflow has gone on in the meantime.", version=row.version)
    move = Move(actor, now or timezone.now())
    return move, move.case(row)
