"""The hub contract: `/api/hub/v1`, TaskHub's own API. Its document is `docs/contracts.md`; no other stands above it.

It says things in TaskHub's own words: ids are UUIDs, errors are problems (RFC 9457), lists are followed by cursors, and
changes may name the version that was seen (ADR 0080 to 0084, 0152). So far it has workflows and work of processors.
"""

from taskhub.contracts import credentials
from taskhub.contracts.contract import Contract

from .mapping import ERRORS
from .refusals import PROBLEM, shape
from .shapes.common import ErrorOut

CONTRACT = Contract(
    name="hub",
    title="TaskHub: Hub API",
    description="TaskHub's own API: workflow definitions, their instances, the messages these wait for, and the work "
    "of processors that run elsewhere.",
    prefixes=("/api/hub/v1",),
    urlconf="taskhub.contracts.hub.urls",
    authenticate=credentials.bearer_or_key,
    errors=ERRORS,
    shape=shape,
    error_schema=ErrorOut,
    error_type=PROBLEM,
    security={"bearer": credentials.BEARER, "key": credentials.API_KEY},
)
