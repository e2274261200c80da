"""One door for what a client shows as its credential: an access token or an API key."""

from datetime import datetime

from accounts import access_tokens, api_keys
from accounts.actor import Actor


def authenticate_bearer(text: str, now: datetime | None = None) -> Actor:
    """Who shows `text`. Raises InvalidCredential. A JWT has two dots, and no key that looks like one is issued."""
    return access_tokens.verify(text, now) if is_jwt(text) else api_keys.verify(text, now)


def is_jwt(text: str) -> bool:
    return text.count(".") == 2
