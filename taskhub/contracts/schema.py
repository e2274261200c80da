"""How a view describes itself in its contract's OpenAPI document: operation ids, headers, credentials, every error.

The success side stands at the view's methods (`extend_schema`); what is the same everywhere is added here.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import is_list_serializer
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState

from .contract import ErrorKey, Kind

if TYPE_CHECKING:
    from .base import ContractView

ALWAYS: tuple[ErrorKey, ...] = (
    Kind.BAD_QUERY, Kind.UNAUTHENTICATED, Kind.FORBIDDEN, NotAllowed,
    Kind.THROTTLED, Kind.UNEXPECTED, Kind.UNAVAILABLE,
)  # fmt: skip
WITH_BODY: tuple[ErrorKey, ...] = (Kind.MALFORMED, Kind.TOO_LARGE, Kind.UNSUPPORTED, InvalidInput)
WITH_EFFECT: tuple[ErrorKey, ...] = (Kind.BAD_KEY, Kind.KEY_REUSED, Kind.BUSY, WrongState, Conflict, StaleVersion)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="The same request sent again with the same key takes effect once; the answer is replayed.",
)


class ContractSchema(AutoSchema):
    """The description of one operation of a ContractView."""

    @property
    def contract_view(self) -> "ContractView":
        return cast("ContractView", self.view)

    def is_excluded(self) -> bool:
        return not self.contract_view.operations

    def get_operation_id(self) -> str:
        return self.contract_view.operations[self.contract_view.action].name

    def get_tags(self) -> list[str]:
        return [self.contract_view.contract.name]

    def get_summary(self) -> str:
        return (getattr(self.contract_view, self.contract_view.action).__doc__ or "").strip().split("\n")[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override]
        return "\n".join(
            line.strip() for line in (getattr(self.contract_view, self.contract_view.action).__doc__ or "").split("\n")
        ).strip()

    def get_auth(self) -> list[dict[str, list[str]]]:
        contract = self.contract_view.contract
        if self.contract_view.is_open:
            return []
        if contract.needs_all:
            return [{name: [] for name in contract.security}]
        return [{name: []} for name in contract.security]

    def _is_list_view(self, serializer: Any = None) -> bool:
        """What is answered is what the view says, whatever its method is called."""
        return bool(is_list_serializer(serializer))

    def get_override_parameters(self) -> list[Any]:
        given = list(super().get_override_parameters())
        return [*given, IDEMPOTENCY_KEY] if self._has_effect and not self.contract_view.is_open else given

    @property
    def _has_effect(self) -> bool:
        return self.method != "GET"

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction)
        contract = self.contract_view.contract
        for status in sorted({contract.errors[key].status for key in self._error_keys()}):
            described = OpenApiResponse(contract.error_schema, HTTPStatus(status).phrase)
            responses.setdefault(
                str(status), self._get_response_for_code(described, str(status), [contract.error_type])
            )
        return responses

    def _error_keys(self) -> Iterator[ErrorKey]:
        yield from ALWAYS
        if "{" in self.path or self.method == "POST":
            yield NotFound
        if self.method in ("POST", "PUT", "PATCH"):
            yield from WITH_BODY
        if self._has_effect and not self.contract_view.is_open:
            yield from WITH_EFFECT
