"""The intake contract: `/v1/tasks` (document: intake.txt).

Systems post tasks about calls, faxes and patients, with whatever else their integrations send along: unknown fields are
ignored. Refusals look as its clients know them: 422 with a list of places (ADR 0035 to 0037).
"""

from taskhub.contracts import credentials
from taskhub.contracts.contract import Contract

from .mapping import ERRORS, FIELDS, STATES
from .refusals import shape
from .shapes import ErrorOut

CONTRACT = Contract(
    name="intake",
    title="TaskHub: Intake API",
    description="Tasks about calls, faxes, assistants, sessions and patients.",
    prefixes=("/v1",),
    urlconf="taskhub.contracts.intake.urls",
    authenticate=credentials.key,
    errors=ERRORS,
    shape=shape,
    error_schema=ErrorOut,
    security={"key": credentials.API_KEY},
    states=STATES,
    fields=FIELDS,
)
