"""A customer as one actor has it: a project of theirs, or one in which they only have work."""

from dataclasses import dataclass
from uuid import UUID

from accounts.access import ProjectAccess, project_access
from accounts.actor import Actor
from accounts.ids import parse_uuid
from taskhub.contracts.customers.mapping import SAYABLE
from tasks import queries
from tasks.domain.errors import NotAllowed, NotFound
from tasks.models.task import TaskQuerySet


@dataclass(frozen=True, slots=True)
class Customer:
    """`access` is None for somebody who may not view the project but is involved in tasks of it."""

    id: int
    uuid: UUID
    actor: Actor
    access: ProjectAccess | None

    @property
    def involved(self) -> Actor | None:
        """Of whose tasks alone there is something to see; None for somebody who sees the whole project."""
        return None if self.access else self.actor

    def to_create_in(self) -> ProjectAccess:
        if self.access is None:
            raise NotAllowed("You may not create tasks for this customer.")
        return self.access


def tasks_of(customer_id: int, involved: Actor | None) -> TaskQuerySet:
    """The customer's tasks that somebody sees and this contract can say, newest first: all for `involved` None."""
    return queries.in_project(customer_id, involved).filter(state__in=SAYABLE)


def customer(actor: Actor, customer_id: str) -> Customer:
    """The customer that a path names. Raises NotFound (`customer_not_found`), whatever the reason."""
    uuid = parse_uuid(customer_id)
    if uuid is not None:
        access = project_access(actor, uuid=uuid)
        if access:
            return Customer(access.id, uuid, actor, access)
        involved = queries.visible_to(actor).filter(project__uuid=uuid).values_list("project_id", flat=True).first()
        if involved:
            return Customer(involved, uuid, actor, None)
    raise NotFound("There is no such customer.", code="customer_not_found")
