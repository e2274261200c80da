"""What is wrong with what a processor has found, or in doubt: named by field, so that people look there first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.domain.errors import InvalidInput
from tasks.domain.plain import text

UNREADABLE, INVALID, LOW_CONFIDENCE, RULE, MISSING = "unreadable", "invalid", "low_confidence", "rule", "missing"
CODES = (UNREADABLE, INVALID, LOW_CONFIDENCE, RULE, MISSING)
MAX_ISSUES = 200
MAX_MESSAGE = 500
MAX_FIELD = 63
_KEYS = {"code", "message", "field", "confidence"}


@dataclass(frozen=True, slots=True)
class Issue:
    """One of them. Without a field it is of the whole; `confidence` is how sure the processor is, from 0 to 1."""

    code: str
    message: str
    field: str | None = None
    confidence: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "field": self.field,
            "code": self.code,
            "message": self.message[:MAX_MESSAGE],
            "confidence": self.confidence,
        }


def read_issues(said: Sequence[Issue | Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """The issues that a processor names, as plain values; raises InvalidInput (`issues`, `issues[3].code`)."""
    if not isinstance(said, list | tuple) or len(said) > MAX_ISSUES:
        raise InvalidInput(f"The issues must be a list of at most {MAX_ISSUES}.", field="issues")
    return tuple(_read(each, f"issues[{place}]") for place, each in enumerate(said))


def merged(faults: Iterable[Issue], named: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """The faults that judging has found and what the processor names; what both say, in its words. Bounded."""
    known = {(issue["field"], issue["code"]) for issue in named if issue["field"]}
    new = [fault.to_json() for fault in faults if (fault.field, fault.code) not in known]
    return (*new, *named)[:MAX_ISSUES]


def _read(said: Any, path: str) -> dict[str, Any]:
    entries = said.to_json() if isinstance(said, Issue) else said
    if not isinstance(entries, Mapping) or entries.keys() - _KEYS:
        raise InvalidInput("An issue is a mapping of code, message, field and confidence.", field=path)
    if entries.get("code") not in CODES:
        raise InvalidInput(f"The code of an issue is one of {', '.join(CODES)}.", field=f"{path}.code")
    field, sure = entries.get("field") or None, entries.get("confidence")
    if field is not None:
        field = _text(field, f"{path}.field", MAX_FIELD)
    if sure is not None and (isinstance(sure, bool) or not isinstance(sure, int | float) or not 0 <= sure <= 1):
        raise InvalidInput("A confidence is a number from 0 to 1.", field=f"{path}.confidence")
    return Issue(entries["code"], _text(entries.get("message"), f"{path}.message", MAX_MESSAGE), field, sure).to_json()


def _text(value: Any, path: str, most: int) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= len(value) <= most:
        raise InvalidInput(f"This must be a text of 1 to {most} characters.", field=path)
    try:
        return text(value)
    except ValueError as error:
        raise InvalidInput(f"This text {error}.", field=path) from None
