"""The bots contract: `/api/v1` (document: bot.txt). So far only its sign-in, by which people get tokens for every API.

Errors are `{"error", "message"}`. Lists of limits, tasks and the rest come with the whole contract.
"""

from taskhub.contracts import credentials
from taskhub.contracts.contract import Contract

from .mapping import ERRORS, shape
from .shapes import ErrorOut

CONTRACT = Contract(
    name="bots",
    title="TaskHub: Bots API",
    description="Signing in with a username and a password, for tokens that every contract with Bearer takes.",
    prefixes=("/api/v1",),
    urlconf="taskhub.contracts.bots.urls",
    authenticate=credentials.bearer_or_key,
    errors=ERRORS,
    shape=shape,
    error_schema=ErrorOut,
    security={"bearer": credentials.BEARER},
)
