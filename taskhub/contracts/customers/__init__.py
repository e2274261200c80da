"""The customers contract: `/v1/customers/{customer_id}/tasks` (document: customers.txt).

A customer is a project. Shared work with weights; performing, declining, canceling and reassigning answer with the
whole task, whose `metadata.logs` and `metadata.actions` are told from its events (ADR 0030 to 0034).
"""

from taskhub.contracts import credentials
from taskhub.contracts.contract import Contract

from .mapping import ERRORS, FIELDS, STATES, shape
from .shapes import ErrorOut

CONTRACT = Contract(
    name="customers",
    title="TaskHub: Customers Tasks API",
    description="Tasks of a customer: create, assign with weights, perform, decline, cancel, reassign.",
    prefixes=("/v1/customers",),
    urlconf="taskhub.contracts.customers.urls",
    authenticate=credentials.bearer_or_key,
    errors=ERRORS,
    shape=shape,
    error_schema=ErrorOut,
    security={"bearer": credentials.BEARER, "key": credentials.API_KEY},
    states=STATES,
    fields=FIELDS,
    operation="retrieve_tasks",
)
