"""One OpenAPI 3 document per contract, made from its routes, and the snapshots of them in `docs/openapi/`."""

import json
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from .contract import Contract

FOLDER: Path = settings.BASE_DIR / "docs" / "openapi"
_one_at_a_time = Lock()

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {"description": "Names this request in every log line of it.", "schema": {"type": "string"}},
    "X-RateLimit-Limit": {"description": "Requests allowed in the window.", "schema": {"type": "integer"}},
    "X-RateLimit-Remaining": {"description": "Requests left in the window.", "schema": {"type": "integer"}},
    "X-RateLimit-Reset": {"description": "When the window is free again, in Unix time.", "schema": {"type": "integer"}},
    "Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}},
}
ON_EVERY_ANSWER = ("X-Request-Id",)
ON_COUNTED_ANSWERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
ON_STATUS = {"429": ("Retry-After",), "503": ("Retry-After",)}


@cache
def document(contract: Contract) -> dict[str, Any]:
    """The contract's whole OpenAPI document. The first call takes some time."""
    with _one_at_a_time:
        patterns = import_module(contract.urlconf).urlpatterns
        made: dict[str, Any] = SchemaGenerator(patterns=patterns).get_schema(public=True)
    made["info"] = {"title": contract.title, "version": "1.0.0", "description": contract.description}
    made["tags"] = [{"name": contract.name, "description": contract.title}]
    components = made.setdefault("components", {})
    components["securitySchemes"] = {name: dict(scheme) for name, scheme in contract.security.items()}
    components["headers"] = HEADERS
    for operations in made["paths"].values():
        for operation in operations.values():
            _add_headers(operation)
    return made


def _add_headers(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        names = ON_EVERY_ANSWER + (ON_COUNTED_ANSWERS if operation.get("security") else ()) + ON_STATUS.get(status, ())
        headers = response.setdefault("headers", {})
        for name in names:
            headers[name] = {"$ref": f"#/components/headers/{name}"}


def text(contract: Contract) -> str:
    """The document as its snapshot has it."""
    return json.dumps(document(contract), indent=2, ensure_ascii=False, sort_keys=False, default=str) + "\n"


def snapshot(contract: Contract) -> Path:
    """Where the contract's reviewed document stands."""
    return FOLDER / f"{contract.name}.json"
