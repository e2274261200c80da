"""Workflows that come whole with the request that starts them: written, published unlisted and started in one go.

A definition of the same content is used again, so that many instances of one process share their history (ADR 0109).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import ProjectAccess
from accounts.actor import Actor
from tasks.domain.errors import Conflict
from workflows import catalog, policy, reading
from workflows.models import WorkflowDefinition, WorkflowInstance
from workflows.starting import Entity

from .definitions import next_version
from .instances import default_place, start

PREFIX = "inline-"


def start_inline(
    *,
    actor: Actor,
    document: Mapping[str, Any],
    project: ProjectAccess | None = None,
    entity: Entity | None = None,
    variables: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> WorkflowInstance:
    """Start an instance of what `document` says: a definition without a key, which its content gives it.

    Who may start workflows in the project may do this: the definition is nobody's to choose from. Raises
    InvalidDefinition with every fault, and what `start` raises; then nothing is left of it.
    """
    now = now or timezone.now()
    place = project or default_place(actor)
    policy.check_start(actor, place)
    with transaction.atomic():
        definition = _definition(actor, {"key": _key(document), **document}, now)
        begun = start(
            actor=actor, definition=definition.uuid, project=place, entity=entity, variables=variables, now=now
        )
    return begun.instance


def _key(document: Mapping[str, Any]) -> str:
    """The same for the same content, whatever the order of its entries."""
    try:
        said = json.dumps(document, sort_keys=True, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        said = ""  # reading it says what is wrong
    return PREFIX + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def _definition(actor: Actor, document: Mapping[str, Any], now: datetime) -> WorkflowDefinition:
    """The unlisted definition of that content. People that it names are looked up also where it is there already."""
    read = reading.read(actor.organization_id, document, is_for_good=True)
    known = catalog.latest_published(actor.organization_id, read.key)
    if known is not None:
        return known
    try:
        return next_version(actor, read, document, now, is_listed=False)[0]
    except Conflict:  # somebody else has written the same one a moment ago
        known = catalog.latest_published(actor.organization_id, read.key)
        if known is None:
            raise
        return known
