"""The bots contract: `/api/v1` (document: bot.txt). Chat bots hand work to people, follow it and want numbers.

Errors are `{"error", "message"}`, people are called by their usernames, and limits are each person's. Its resources are
in `resources`, one folder each; signing in also gives the tokens for every other contract with Bearer.
"""

from taskhub.contracts import credentials
from taskhub.contracts.contract import Contract

from .mapping import ERRORS, FIELDS, STATES, shape
from .shapes import ErrorOut

CONTRACT = Contract(
    name="bots",
    title="TaskHub: Bots API",
    description="Tasks, templates, workflows and automation for chat bots; and signing in, with tokens for every API.",
    prefixes=("/api/v1",),
    urlconf="taskhub.contracts.bots.urls",
    authenticate=credentials.bearer_or_key,
    errors=ERRORS,
    shape=shape,
    error_schema=ErrorOut,
    security={"bearer": credentials.BEARER, "key": credentials.API_KEY},
    states=STATES,
    fields=FIELDS,
)
