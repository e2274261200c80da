"""JSON in, JSON out: the one parser and the one renderer of every contract."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from . import body, strict_json
from .contract import Kind
from .problems import Refused

MEDIA_TYPE = "application/json"
CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})


class StrictJSONParser(BaseParser):
    """At most 1 MiB of UTF-8, 32 levels, no repeated keys, nothing that cannot be stored."""

    media_type = MEDIA_TYPE

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        if _charset(media_type or "") not in CHARSETS:
            raise Refused(Kind.UNSUPPORTED, "The body must be encoded in UTF-8.")
        try:
            return strict_json.parse(body.read(stream))
        except strict_json.BadJSON as error:
            raise Refused(Kind.MALFORMED, str(error)) from None


def _charset(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""


class JSONRenderer(BaseRenderer):
    """Bytes by orjson. Weights are exact decimals here and JSON numbers outside: 1 is 1.0."""

    media_type = MEDIA_TYPE
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else dumps(data)


def dumps(data: Any) -> bytes:
    """`data` as JSON: times in UTC with Z, ids as text."""
    try:
        return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)
    except TypeError:
        # A client's 1e30 comes back from jsonb as an integer of 31 digits, which orjson does not write.
        return json.dumps(data, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class Answer(HttpResponse):
    """A finished JSON response. `data` None is an empty body, `media_type` one of JSON's own names."""

    def __init__(
        self,
        data: Any = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str = MEDIA_TYPE,
    ) -> None:
        super().__init__(b"" if data is None else dumps(data), status=status, content_type=media_type)
        if data is None:
            del self.headers["Content-Type"]
        for name, value in (headers or {}).items():
            self.headers[name] = value


class OnlyJSON(BaseContentNegotiation):
    """There is one format, so there is nothing to negotiate: an Accept header cannot change the answer."""

    def select_parser(self, request: Request, parsers: Any) -> BaseParser | None:
        essence = request.content_type.split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == essence), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class JSONRequest(Request):
    """DRF's request, whose body is bounded however it is sent; no body at all is no fields."""

    def _load_stream(self) -> None:
        body.bound(self._request)
        super()._load_stream()  # type: ignore[misc]

    def _parse(self) -> tuple[Any, Any]:
        if self.stream is None:
            return {}, MultiValueDict()
        return super()._parse()  # type: ignore[misc]
