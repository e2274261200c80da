"""Three credentials that must agree: whose token it is, which organization's key, and the `tenant` it is meant for.

The person acts, with their own rights; the key decides how far a program may use them (ADR 0075). A header that is
missing is named; what is wrong with one that is there is not.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest

from accounts import access_tokens, api_keys
from accounts.access import organization
from accounts.actor import Actor
from accounts.errors import InvalidCredential
from accounts.models import Organization
from taskhub.contracts.contract import Fault, Kind
from taskhub.contracts.problems import Refused

from .mapping import GRANTED

TOKEN, KEY, TENANT = "Authorization", "X-API-Key", "tenant"

SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token from `/apidev/v1/auth/login`."},
    "key": {"type": "apiKey", "in": "header", "name": KEY, "description": "The organization's API key."},
    "tenant": {"type": "apiKey", "in": "header", "name": TENANT, "description": "The organization's hostname."},
}


def person(request: HttpRequest) -> Actor:
    """Who signed in, as far as the key reaches. Raises InvalidCredential unless all three are of one organization."""
    shown = _shown(request, TOKEN, KEY, TENANT)
    actor = access_tokens.verify(_bearer(shown[TOKEN]))
    key = api_keys.verify(shown[KEY])
    if actor.organization_id != key.organization_id or not _is_of(key, shown[TENANT]):
        raise InvalidCredential
    return replace(actor, scopes=_reach(key))


def tenant(request: HttpRequest) -> Organization:
    """The organization that key and `tenant` agree on; for signing in. Raises InvalidCredential."""
    shown = _shown(request, KEY, TENANT)
    key = api_keys.verify(shown[KEY])
    if not _is_of(key, shown[TENANT]):
        raise InvalidCredential
    return organization(key.organization_id)


def _shown(request: HttpRequest, *names: str) -> Mapping[str, str]:
    """The headers of these names. Raises Refused that names each one which is not there."""
    found = {name: request.headers.get(name, "").strip() for name in names}
    missing = [name for name, text in found.items() if not text]
    if missing:
        faults = tuple(Fault(("header", name), "This header is required.", "required") for name in missing)
        raise Refused(Kind.MALFORMED, f"Missing header: {', '.join(missing)}.", faults=faults, code="missing_header")
    return found


def _bearer(text: str) -> str:
    scheme, _, token = text.partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidCredential
    return token.strip()


def _is_of(key: Actor, hostname: str) -> bool:
    return (organization(key.organization_id).hostname or "").lower() == hostname.lower()


def _reach(key: Actor) -> frozenset[str] | None:
    """The key's scopes, and what they stand for in this contract: who may work on steps may work on their tasks."""
    if key.scopes is None:
        return None
    return key.scopes.union(*(GRANTED.get(scope, ()) for scope in key.scopes))
