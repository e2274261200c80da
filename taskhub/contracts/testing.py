"""A client of the contracts, for tests: speaks JSON with one credential and remembers nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.test import Client

from accounts import api_keys
from accounts.actor import SCOPES
from accounts.models import ApiKey, Organization, User


def make_key(user: User, organization: Organization, *, scopes: tuple[str, ...] = SCOPES[:2]) -> str:
    """The secret of a new API key."""
    secret = api_keys.generate()
    ApiKey.objects.create(
        organization=organization,
        user=user,
        name=f"key of {user.username}",
        prefix=api_keys.prefix_of(secret) or "",
        digest=api_keys.digest_of(secret),
        scopes=list(scopes),
    )
    return secret


@dataclass
class Caller:
    """Somebody with an API key. `call` answers with Django's response, whose `.json()` is the body."""

    key: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        raw = body if isinstance(body, bytes) else (b"" if body is None else orjson.dumps(body))
        sent = {"X-API-Key": self.key, **(headers or {})}
        content_type = sent.pop("Content-Type", "application/json")
        return self.client.generic(method, path, raw, content_type=content_type, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, None, headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, None, headers)
