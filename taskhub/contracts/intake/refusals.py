"""Errors as the intake contract's clients know them: `{"detail": "..."}`, and for 422 a list of places and reasons."""

from taskhub.contracts.contract import Fault, Problem

KINDS: dict[str, tuple[str, str]] = {
    "text": ("string_type", "Input should be a valid string"),
    "list": ("list_type", "Input should be a valid list"),
    "moment": ("datetime_parsing", "Input should be a valid datetime"),
    "number": ("int_type", "Input should be a valid integer"),
    "object": ("model_attributes_type", "Input should be a valid dictionary or object to extract fields from"),
}
"""What a field is -> how its clients are told that the value is something else."""

FIELD_KINDS: dict[str, str] = {"assigned_user_ids": "list", "tags": "list", "deadline": "moment", "version": "number"}
"""Fields that are no texts."""

BY_CODE: dict[str, tuple[str, str]] = {
    "required": ("missing", "Field required"),
    "blank": ("string_too_short", "String should have at least 1 character"),
    "min_length": ("too_short", "List should have at least 1 item after validation, not 0"),
    "not_a_list": KINDS["list"],
}
"""A check's name -> type and text, where they do not hang on the field."""

TYPE_BY_CODE: dict[str, str] = {"max_length": "too_long", "invalid_choice": "enum", "json": "json_invalid"}
"""A check's name -> type, where the check's own text says it better."""

MISTYPED = frozenset({"invalid", "null"})


def shape(problem: Problem) -> object:
    """The body of an error."""
    if problem.status != 422:
        return {"detail": problem.message}
    faults = problem.faults or (Fault(tuple(problem.code.split(".")), problem.message, _reason(problem)),)
    return {"detail": [_entry(fault) for fault in faults]}


def _reason(problem: Problem) -> str:
    return "json" if problem.code == "body" else "value_error"


def _entry(fault: Fault) -> dict[str, object]:
    kind, message = _said(fault)
    return {"type": kind, "loc": list(fault.path), "msg": message}


def _said(fault: Fault) -> tuple[str, str]:
    if fault.path[0] == "body" and fault.code in MISTYPED:
        return KINDS[_kind(fault.path)]
    if fault.code in BY_CODE:
        return BY_CODE[fault.code]
    return TYPE_BY_CODE.get(fault.code, "value_error"), fault.message


def _kind(path: tuple[str | int, ...]) -> str:
    """What should stand at that place: the body is an object, and what is inside a list is a text."""
    if len(path) == 1:
        return "object"
    return FIELD_KINDS.get(str(path[1]), "text") if len(path) == 2 else "text"
