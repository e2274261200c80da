"""A customer as one actor has it: a project of theirs, or one in which they only have work."""

from accounts.access import ProjectAccess
from accounts.actor import Actor
from accounts.ids import parse_uuid
from taskhub.contracts.customers.mapping import SAYABLE
from taskhub.contracts.place import Place
from tasks import queries
from tasks.domain.errors import NotAllowed, NotFound
from tasks.models.task import TaskQuerySet


class Customer(Place):
    def to_create_in(self) -> ProjectAccess:
        if self.access is None:
            raise NotAllowed("You may not create tasks for this customer.")
        return self.access


def tasks_of(customer_id: int, involved: Actor | None) -> TaskQuerySet:
    """The customer's tasks that somebody sees and this contract can say, newest first: all for `involved` None."""
    return queries.in_project(customer_id, involved).filter(state__in=SAYABLE)


def customer(actor: Actor, customer_id: str) -> Customer:
    """The customer that a path names. Raises NotFound (`customer_not_found`), whatever the reason."""
    found = Customer.find(actor, parse_uuid(customer_id))
    if found is None:
        raise NotFound("There is no such customer.", code="customer_not_found")
    return found
