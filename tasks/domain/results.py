"""The results a task may end with, and which of several assignees' results counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import answers
from .content import check_text
from .errors import InvalidInput
from .form import Field

MAX_RESULTS = 50


@dataclass(frozen=True, slots=True)
class Result:
    """One of the results: the code that programs send, and what the button says."""

    code: str
    label: str


def to_json(results: Iterable[Result]) -> list[dict[str, str]]:
    """Plain values, as they are kept with the task."""
    return [{"code": result.code, "label": result.label} for result in results]


def from_json(said: Iterable[Mapping[str, Any]]) -> tuple[Result, ...]:
    """The results that `to_json` wrote."""
    return tuple(Result(one["code"], one["label"]) for one in said)


def chosen(results: Sequence[Result], given: str, *, plain: str = "") -> str:
    """The outcome meant by `given`: one of the results, the only one if none is given, free words if there are none.

    With `plain`, that word is what has to be given where there are none, and means no outcome. Raises InvalidInput
    (field `outcome`, fact `outcomes`).
    """
    if not results and not plain:
        return check_text("outcome", given)
    codes = [result.code for result in results] or [plain]
    outcome = codes[0] if not given and len(codes) == 1 else given
    if outcome not in codes:
        words = "is needed" if not outcome else "must be one of those the task has"
        raise InvalidInput(f"The outcome {words}: {', '.join(codes)}.", field="outcome", outcomes=codes)
    return outcome if results else ""


def answered(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The cleaned answers. Raises InvalidInput (`invalid_form`, fact `faults`: field name -> what is wrong)."""
    cleaned, faults = answers.clean(tuple(fields), given)
    if faults:
        name, fault = next(iter(faults.items()))
        raise InvalidInput(f"'{name}' {fault}.", field=f"form_data.{name}", code="invalid_form", faults=faults)
    return cleaned


def weightiest(given: Sequence[tuple[str, Decimal]]) -> str:
    """Of several assignees' outcomes, oldest first, the one whose shares weigh most; of equal ones the latest."""
    weights: dict[str, Decimal] = {}
    for outcome, weight in given:
        weights[outcome] = weights.pop(outcome, Decimal(0)) + weight  # popped, so that the latest stands last
    return max(reversed(list(weights)), key=weights.__getitem__, default="")
