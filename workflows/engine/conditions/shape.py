"""The shape of a CEL expression: its words, and what they say about its cost. Refuses early what the library's parser
or its machine stack would have to bear. Nothing is evaluated here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_LENGTH = 2_000
MAX_TOKENS = 500
MAX_NESTING = 30
MAX_MACROS = 4
MAX_NESTED_MACROS = 2

_BUILDING = frozenset({"map", "filter"})
_MACROS = frozenset({"all", "exists", "exists_one"}) | _BUILDING
_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*)
      |(?P<text>"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      |(?P<number>(?:0x[0-9A-Fa-f]+|\d+\.\d+(?:[eE][+-]?\d+)?|\.\d+|\d+(?:[eE][+-]?\d+)?)u?)
      |(?P<name>[A-Za-z_][A-Za-z0-9_]*(?!["'A-Za-z0-9_]))
      |(?P<sign>&&|\|\||[=!<>]=|[\[\]{}().,?:!<>+\-*/%])""",
    re.VERBOSE | re.ASCII,
)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class TooCostly(ValueError):
    """The expression is refused; the message says why to a person."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str


_NOTHING = Token("", "")


@dataclass(frozen=True, slots=True)
class Shape:
    """What the words of an expression say about its cost."""

    tokens: tuple[Token, ...]
    macros: int
    nested: int
    """How deep macros stand inside each other."""
    builds: bool
    """Whether a macro builds a list."""
    inner: frozenset[str]
    """The names said inside macros, whose values are looked at once for each element."""
    accesses: int
    """How often something is looked up."""
    literals: int
    """How long a list that stands in the expression may be."""
    growth: float
    """How many times over what goes in may come out: by adding it to itself, by repeating it in lists."""


def scan(source: str) -> Shape:
    """The shape of `source`. Raises TooCostly where it is past a bound or has what is not plain CEL."""
    if len(source) > MAX_LENGTH:
        raise TooCostly(f"has more than {MAX_LENGTH:,} characters")
    if '"""' in source or "'''" in source:
        raise TooCostly("has a text in triple quotes: plain quotes are enough")
    tokens = _tokens(source)
    if len(tokens) > MAX_TOKENS:
        raise TooCostly(f"has more than {MAX_TOKENS} words and signs")
    macros, nested, inner = _macros(tokens)
    return Shape(
        tokens,
        macros,
        nested,
        any(token.text in _BUILDING and after.text == "(" for token, after in pairwise(tokens)),
        inner,
        sum(token.text in {".", "["} or token.kind == "name" for token in tokens),
        sum(token.text == "," for token in tokens) + 1,
        _growth(tokens, macros),
    )


def _tokens(source: str) -> tuple[Token, ...]:
    tokens, at = [], 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise TooCostly(f"has an unexpected {source[at : at + 10]!r} at character {at + 1}")
        if match.lastgroup != "skip":
            tokens.append(Token(str(match.lastgroup), match[0]))
        at = match.end()
    return tuple(tokens)


def _macros(tokens: Sequence[Token]) -> tuple[int, int, frozenset[str]]:
    """How many macros there are, how deep they stand inside each other, and the names said inside them."""
    brackets: list[bool] = []
    macros = deepest = 0
    inner = set()
    for before, token in _pairs(tokens):
        if token.text in _OPENING:
            brackets.append(token.text == "(" and before.text in _MACROS)
            macros += brackets[-1]
            deepest = max(deepest, sum(brackets))
        elif token.text in _CLOSING and brackets:
            brackets.pop()
        elif token.kind == "name" and before.text != "." and any(brackets):
            inner.add(token.text)
        if len(brackets) > MAX_NESTING:
            raise TooCostly(f"is nested more than {MAX_NESTING} deep")
    if macros > MAX_MACROS or deepest > MAX_NESTED_MACROS:
        raise TooCostly(f"has more than {MAX_MACROS} macros, or more than {MAX_NESTED_MACROS} inside each other")
    return macros, deepest, frozenset(inner)


def _growth(tokens: Sequence[Token], macros: int) -> float:
    signs = sum(token.text in {"+", ","} for token in tokens) - macros
    names = sum(token.kind == "name" and before.text != "." for before, token in _pairs(tokens))
    rounds = max(macros, 1)
    return float((max(min(signs, names), 0) / rounds + 1) ** rounds)


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Each token behind the one before it."""
    return zip((_NOTHING, *tokens), tokens, strict=False)
