"""The worklist contract: `/apidev/v1/workflow/tasks` (document: workflow-inbox.txt).

The inbox of a workflow engine: people see the steps that wait for them, answer with a result and a form, or hand them
over. A token, an API key and the `tenant` header must name one organization; times bear no offset, ids are decimal
texts, and what was wrong is named in `details` (ADR 0075 to 0079).
"""

from taskhub.contracts.contract import Contract

from . import auth
from .mapping import ERRORS, FIELDS, STATES, shape
from .shapes import ErrorOut

CONTRACT = Contract(
    name="worklist",
    title="TaskHub: Workflow Tasks API",
    description="Human tasks of running workflows: list, read with form and history, complete with a result, reassign.",
    prefixes=("/apidev/v1",),
    urlconf="taskhub.contracts.worklist.urls",
    authenticate=auth.person,
    errors=ERRORS,
    shape=shape,
    error_schema=ErrorOut,
    security=auth.SECURITY,
    needs_all=True,
    states=STATES,
    fields=FIELDS,
)
