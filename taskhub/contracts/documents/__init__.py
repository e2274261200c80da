"""The documents contract: `/v2/{team_id}/project/{project_id}` (document: documents.txt).

A team is an organization. Files come in as uploads, a pipeline makes tasks of them, people or programs review these.
Final tasks are locked; a report that did not reach the project's own system is answered with 207 (ADR 0148 to 0152).
"""

from taskhub.contracts import credentials
from taskhub.contracts.contract import Contract

from .mapping import ERRORS, FIELDS, STATES, shape
from .shapes import ErrorOut

CONTRACT = Contract(
    name="documents",
    title="TaskHub: Documents API",
    description="Uploads of documents, and the tasks that a project's pipeline makes of them: complete, discard, "
    "unlock, report, export.",
    prefixes=("/v2",),
    urlconf="taskhub.contracts.documents.urls",
    authenticate=credentials.bearer_or_key,
    errors=ERRORS,
    shape=shape,
    error_schema=ErrorOut,
    security={"bearer": credentials.BEARER, "key": credentials.API_KEY},
    states=STATES,
    fields=FIELDS,
)
