"""Reads of definitions. Drafts are seen by those who write; what is published or retired, by the whole organization.

Lists hold what people choose from. A definition that came inline with its instance is found by its id or key alone, by
managers and by whoever may see an instance of it.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actor import Actor
from tasks.domain.errors import NotAllowed, NotFound
from workflows import policy
from workflows.models import WorkflowDefinition
from workflows.queries import visible_instances

Status = WorkflowDefinition.Status
MAX_STARTABLE = 500


def no_such_workflow() -> NotFound:
    """There is none, or none that the actor may see: the same answer."""
    return NotFound("There is no such workflow.", code="workflow_not_found")


def may_write(actor: Actor) -> bool:
    """Whether the actor sees drafts, saves, publishes and retires."""
    try:
        policy.check_definitions(actor)
    except NotAllowed:
        return False
    return True


def visible_definitions(actor: Actor) -> QuerySet[WorkflowDefinition]:
    """All versions the actor may see, by key, the newest first. Without their documents."""
    return _shown(_listed(actor)).order_by("key", "-version")


def newest_definitions(actor: Actor) -> QuerySet[WorkflowDefinition]:
    """Of each key the newest version that the actor may see: what a list of workflows shows."""
    return _without_newer(visible_definitions(actor), _listed(actor))


def newest_of(rows: QuerySet[WorkflowDefinition]) -> QuerySet[WorkflowDefinition]:
    """Of each key the newest of these rows of one organization."""
    return _without_newer(rows, rows)


def definition(actor: Actor, key: UUID | int) -> WorkflowDefinition:
    """One version by its uuid or id. Raises NotFound (`workflow_not_found`)."""
    wanted = {"uuid": key} if isinstance(key, UUID) else {"pk": key}
    found = _visible(actor).select_related("created_by", "updated_by").filter(**wanted).first()
    if found is None:
        raise no_such_workflow()
    return found


def version(actor: Actor, key: str, number: int) -> WorkflowDefinition:
    """One version by its key and number. Raises NotFound (`workflow_not_found`)."""
    found = _visible(actor).select_related("created_by", "updated_by").filter(key=key, version=number).first()
    if found is None:
        raise no_such_workflow()
    return found


def versions(actor: Actor, key: str) -> QuerySet[WorkflowDefinition]:
    """The versions of a key, the newest first, a draft before them. Without their documents."""
    return _shown(_visible(actor)).filter(key=key).order_by("-version")


def latest_published(organization_id: int, key: str) -> WorkflowDefinition | None:
    """The version that new instances of that key start with."""
    rows = WorkflowDefinition.objects.filter(organization_id=organization_id, key=key, status=Status.PUBLISHED)
    return rows.order_by("-version").first()


def startable(actor: Actor) -> list[WorkflowDefinition]:
    """What instances can be started of, by name: of each key the latest published version. Without documents.

    Whether the actor may start one is a question of the project.
    """
    rows = WorkflowDefinition.objects.filter(
        organization_id=actor.organization_id, status=Status.PUBLISHED, is_listed=True
    )
    return list(_without_newer(rows, rows).defer("document").order_by("name", "key")[:MAX_STARTABLE])


def _visible(actor: Actor) -> QuerySet[WorkflowDefinition]:
    rows = WorkflowDefinition.objects.filter(organization_id=actor.organization_id)
    if may_write(actor):
        return rows
    lived = Exists(visible_instances(actor).order_by().filter(definition=OuterRef("pk")))
    return rows.exclude(status=Status.DRAFT).filter(Q(is_listed=True) | lived)


def _listed(actor: Actor) -> QuerySet[WorkflowDefinition]:
    rows = WorkflowDefinition.objects.filter(organization_id=actor.organization_id, is_listed=True)
    return rows if may_write(actor) else rows.exclude(status=Status.DRAFT)


def _shown(rows: QuerySet[WorkflowDefinition]) -> QuerySet[WorkflowDefinition]:
    return rows.defer("document").select_related("created_by", "updated_by")


def _without_newer(
    rows: QuerySet[WorkflowDefinition], among: QuerySet[WorkflowDefinition]
) -> QuerySet[WorkflowDefinition]:
    newer = among.order_by().filter(key=OuterRef("key"), version__gt=OuterRef("version"))
    return rows.filter(~Exists(newer))
