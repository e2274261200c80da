"""Conditions and computed values: CEL over the variables of an instance, never Python.

Compiled when a definition is read, within the bounds of `shape` and `cost`. At run time a condition that cannot be
judged is false, with the reason; a value that cannot be computed raises ExpressionError. No clock, no outside names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import cel

from workflows.engine import values

from .cost import check_cost
from .shape import Shape, Token, TooCostly, scan

_TEXTS = {"size", "contains", "startsWith", "endsWith"}
_TYPES = {"int", "uint", "double", "string", "timestamp", "duration", "dyn", "type", "bool"}
_DAYS = {"getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfYear", "getDayOfWeek"}
_CLOCK = {"getHours", "getMinutes", "getSeconds", "getMilliseconds"}
FUNCTIONS = frozenset(_TEXTS | _TYPES | _DAYS | _CLOCK)
"""What an expression may call. Not `matches`: compiling a hostile pattern takes the library 0.4 s."""

_CALLED = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_PARSER = re.compile(r"<input>:\d+:(\d+): (?:Syntax error: )?(.*)")


class ExpressionError(ValueError):
    """The expression is bad, or cannot be evaluated on these values; the message says why to a person."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A CEL expression that compiles."""

    source: str

    def __str__(self) -> str:
        return self.source


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression: what it names, and what it names behind `variables`."""

    code: Any
    names: tuple[str, ...]
    members: tuple[str, ...]
    shape: Shape


def expression(source: str) -> Expression:
    """`source` as an expression. Raises ExpressionError if it is no CEL or past a bound."""
    compiled(source)
    return Expression(source)


def evaluate(condition: Expression, scope: Mapping[str, Any]) -> Any:
    """The plain value of the expression over `scope`; raises ExpressionError."""
    program = compiled(condition.source)
    names = _needed(program, scope)
    try:
        check_cost(program.shape, names)
        return values.plain(_run(program, {name: _sayable(value) for name, value in names.items()}))
    except ValueError as error:
        raise ExpressionError(f"'{condition.source[:200]}' {error}") from None


def holds(condition: Expression, scope: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether the condition is true; if it cannot be judged: False and the reason."""
    try:
        found = evaluate(condition, scope)
    except ExpressionError as error:
        return False, str(error)
    if isinstance(found, bool):
        return found, ""
    return False, f"'{condition.source[:200]}' is neither true nor false"


@lru_cache(maxsize=4_096)
def compiled(source: str) -> Program:
    """The program of `source`. Raises ExpressionError."""
    try:
        shape = scan(source)
        members = _members(shape.tokens)
    except TooCostly as error:
        raise ExpressionError(str(error)) from None
    code = _compile(source)
    unknown = sorted(name for name in code.functions() if _CALLED.fullmatch(name) and name not in FUNCTIONS)
    if unknown:
        raise ExpressionError(f"calls '{unknown[0]}', which there is not")
    return Program(code, tuple(code.variables()), members, shape)


@lru_cache(maxsize=1_024)
def _in_decimals(source: str) -> Any:
    """The expression with its whole numbers written as decimals."""
    return _compile(_as_decimals(scan(source).tokens))


def _compile(source: str) -> Any:
    try:
        return cel.compile(source)
    except BaseException as error:  # noqa: BLE001 - the library's panics are no Exceptions
        _reraise_interrupts(error)
        match = _PARSER.search(str(error))
        where = f" at character {match[1]}: {match[2].split(' expecting ')[0]}" if match else ""
        raise ExpressionError(f"is no CEL expression{where}"[:300]) from None


def _run(program: Program, names: dict[str, Any]) -> Any:
    """The result; where whole and decimal numbers meet, which CEL does not calculate with, all become decimals."""
    try:
        return _execute(program.code, names)
    except TypeError as error:
        try:
            decimals = _in_decimals(program.code.source)
            return _execute(decimals, {name: _floats(value) for name, value in names.items()})
        except (TypeError, ExpressionError):
            raise ValueError(_words(error)) from None


def _execute(program: Any, names: dict[str, Any]) -> Any:
    try:
        return program.execute(names)
    except TypeError:
        raise
    except BaseException as error:  # noqa: BLE001 - the library's panics are no Exceptions
        _reraise_interrupts(error)
        raise ValueError(_words(error)) from None


def _reraise_interrupts(error: BaseException) -> None:
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        raise error


def _words(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return f"finds no {error}"
    return f"cannot be evaluated: {str(error).split('. ')[0]}"[:300]


def _needed(program: Program, scope: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the expression names, so that its cost does not grow with the number of variables."""
    names = {name: scope[name] for name in program.names if name in scope}
    if "variables" in program.names:
        names["variables"] = {name: scope[name] for name in program.members if name in scope}
    return names


def _sayable(value: Any) -> Any:
    """A moment is one for CEL too; what else CEL does not know (days, UUIDs) becomes text."""
    return value if isinstance(value, datetime) else values.plain(value)


def _floats(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_floats(inner) for inner in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_decimals(tokens: tuple[Token, ...]) -> str:
    """The expression with `2` written as `2.0`, except where it is an index."""
    words = []
    for place, token in enumerate(tokens):
        is_whole = token.kind == "number" and token.text.isdigit()
        words.append(f"{token.text}.0" if is_whole and not _is_index(tokens, place) else token.text)
    return " ".join(words)


def _is_index(tokens: tuple[Token, ...], place: int) -> bool:
    if place < 2 or tokens[place - 1].text != "[":
        return False
    return tokens[place - 2].kind == "name" or tokens[place - 2].text in {")", "]"}


def _members(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """The names behind `variables`: `variables.amount`, `variables['send-mail']`."""
    found = []
    for place, token in enumerate(tokens):
        if token.text != "variables" or token.kind != "name" or (place and tokens[place - 1].text == "."):
            continue
        after = [other.text for other in tokens[place + 1 : place + 4]] + ["", "", ""]
        if after[0] == ".":
            found.append(after[1])
        elif after[0] == "[" and after[1][:1] in {"'", '"'} and after[2] == "]" and "\\" not in after[1]:
            found.append(after[1][1:-1])
        else:
            raise TooCostly("must name one of the variables: variables.name or variables['name']")
    return tuple(found)
