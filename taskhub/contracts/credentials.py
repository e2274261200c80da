"""Where a request carries its credential, for contracts that take the usual headers. Verifying is accounts' work."""

from django.http import HttpRequest

from accounts import api_keys
from accounts.actor import Actor
from accounts.credentials import authenticate_bearer

from .contract import Kind
from .problems import Refused


def bearer_or_key(request: HttpRequest) -> Actor:
    """The actor of `Authorization: Bearer` (an access token or an API key) or of `X-API-Key`."""
    authorization = request.META.get("HTTP_AUTHORIZATION")
    if authorization is None:
        return key(request)
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise missing("Use Authorization: Bearer <token>.")
    return authenticate_bearer(text.strip())


def key(request: HttpRequest) -> Actor:
    """The actor of `X-API-Key`."""
    text = request.META.get("HTTP_X_API_KEY", "").strip()
    if not text:
        raise missing("A credential is required.")
    return api_keys.verify(text)


def missing(message: str) -> Refused:
    return Refused(Kind.UNAUTHENTICATED, message)


BEARER = {"type": "http", "scheme": "bearer", "description": "An access token or an API key."}
API_KEY = {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key."}
"""How OpenAPI documents name the two."""
