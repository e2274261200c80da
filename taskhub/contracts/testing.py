"""A client of the contracts, for tests. Every answer it gets is held against the contract's OpenAPI document."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import api_keys
from accounts.actor import SCOPES
from accounts.models import ApiKey, Organization, User

from . import openapi, registry
from .contract import Contract

FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def make_key(user: User, organization: Organization, *, scopes: tuple[str, ...] = SCOPES[:4]) -> str:
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
    tenant: str = ""
    """The organization's hostname: one contract wants it, the others do not look at it."""

    @property
    def shown(self) -> dict[str, str]:
        """The headers that say who it is."""
        return {"X-API-Key": self.key} | ({"tenant": self.tenant} if self.tenant else {})

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        raw = body if isinstance(body, bytes) else (b"" if body is None else orjson.dumps(body))
        sent = {**self.shown, **(headers or {})}
        content_type = sent.pop("Content-Type", "application/json")
        response = self.client.generic(method, path, raw, content_type=content_type, headers=sent)
        check_conformance(method, path.partition("?")[0], response)
        return response

    def cost(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> int:
        """How many statements the request makes; transaction frames and the limiter's own are not counted."""
        with CaptureQueriesContext(connection) as captured:
            response = self.call(method, path, body, headers)
        assert response.status_code < 300, response.content
        statements = [query["sql"] for query in captured if not query["sql"].startswith(FRAME)]
        return len([sql for sql in statements if "accounts_ratehit" not in sql])

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, None, headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, None, headers)


def statements(*, postgresql: int, sqlite: int) -> int:
    """How many are to be expected: PostgreSQL writes new rows and what refers to them in one."""
    return {"postgresql": postgresql, "sqlite": sqlite}[connection.vendor]


def check_conformance(method: str, path: str, response: Any) -> None:
    """Fail unless the answer is one that the document of the contract announces, in that shape."""
    contract = registry.owner_of(path)
    if contract is None:
        return
    operation = operation_at(contract, method, path)
    if operation is None:
        assert response.status_code in (404, 405), f"{method} {path} is not documented and answers"
    operation_id = None if operation is None else str(operation["operationId"])
    documented = _documented(contract, operation_id, str(response.status_code))
    if not documented:
        assert response.content == b""
        return
    sent_as = response.headers["Content-Type"].partition(";")[0]
    assert sent_as in documented or "*/*" in documented
    if method != "HEAD" and sent_as in documented and "json" in sent_as:
        documented[sent_as].validate(response.json())


@cache
def _documented(contract: Contract, operation_id: str | None, status: str) -> dict[str, Any]:
    """Media type -> validator of the documented body; empty where there is none. Without an operation: of errors."""
    content: Any = {contract.error_type: {"schema": {"$ref": "#/components/schemas/ErrorOut"}}}
    if operation_id is not None:
        operations = [found for _, methods in _routes(contract) for found in methods.values()]
        responses = next(found["responses"] for found in operations if found["operationId"] == operation_id)
        assert status in responses, f"{operation_id} does not document {status}"
        content = responses[status].get("content", {})
    return {
        media_type: jsonschema_rs.Draft4Validator(_as_json_schema(contract, body["schema"]))
        for media_type, body in content.items()
    }


def operation_at(contract: Contract, method: str, path: str) -> dict[str, Any] | None:
    """The documented operation that answers there, if there is one."""
    method = "get" if method == "HEAD" else method.lower()
    for pattern, operations in _routes(contract):
        if pattern.fullmatch(path) and method in operations:
            found: dict[str, Any] = operations[method]
            return found
    return None


@cache
def _routes(contract: Contract) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """The documented paths, those with the fewest parameters first, as the routes stand."""
    paths = sorted(openapi.document(contract)["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operations) for path, operations in paths]


def _as_json_schema(contract: Contract, schema: Any) -> dict[str, Any]:
    """OpenAPI 3.0 says `nullable` where JSON Schema adds a type; otherwise its schemas are of draft 4."""
    components = {"schemas": openapi.document(contract)["components"]["schemas"]}
    return {"allOf": [_nullable(schema)], "components": _nullable(components)}


def _nullable(value: Any) -> Any:
    if isinstance(value, list):
        return [_nullable(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {name: _nullable(item) for name, item in value.items()}
    if plain.pop("nullable", False):
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


def example(folder: Path, name: str, **words: object) -> Any:
    """A JSON block of a contract's document, with the placeholders in `words` replaced by real ids."""
    text = (folder / "examples" / f"{name}.json").read_text()
    for word, value in words.items():
        text = text.replace(json.dumps(word), json.dumps(str(value)))
    return json.loads(text)


def same_shape(left: Any, right: Any) -> bool:
    """Whether two JSON values have the same keys and the same kinds of values all the way down."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_shape(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return not left or not right or all(same_shape(left[0], item) for item in right)
    return type(left) is type(right)


AtOnce = Callable[[Sequence[Callable[[], Any]]], list[Any]]


@contextmanager
def crowd(size: int) -> Iterator[AtOnce]:
    """`with crowd(8) as at_once:` runs eight calls at the same moment, each in a thread and connection of its own."""
    with ThreadPoolExecutor(size) as pool:

        def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
            gate = threading.Barrier(size)  # holds every thread until each has one call

            def run(call: Callable[[], Any]) -> Any:
                gate.wait(timeout=60)
                return call()

            assert len(calls) == size
            return list(pool.map(run, calls))

        try:
            yield at_once
        finally:
            at_once([connections.close_all] * size)
