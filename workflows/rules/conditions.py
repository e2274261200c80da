"""The condition of a rule: CEL within the engine's bounds, over the names that rules know."""

from collections.abc import Iterator, Sequence

from workflows.engine.conditions import Expression, ExpressionError, expression
from workflows.engine.conditions.expressions import compiled
from workflows.engine.conditions.shape import Token

from .rule import NAMES

_MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})


def read(source: str) -> Expression | None:
    """The condition that `source` says; None for nothing. Raises ExpressionError."""
    if not source.strip():
        return None
    made = expression(source)
    program = compiled(source)
    unknown = sorted(set(program.names) - NAMES.keys() - set(_bound(program.shape.tokens)))
    if unknown:
        raise ExpressionError(f"names '{unknown[0]}'; there are {', '.join(NAMES)}")
    return made


def _bound(tokens: Sequence[Token]) -> Iterator[str]:
    """The names that macros give to elements: `t` in `task.tags.exists(t, t == 'x')`."""
    for macro, bracket, name in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if macro.text in _MACROS and bracket.text == "(" and name.kind == "name":
            yield name.text
