"""Runs a tree within budgets of steps, time and output. All it can do to the world is in the Host it is given."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol, cast

from lark import Token, Tree

from accounts.errors import DomainError

from .errors import ScriptError
from .grammar import place
from .values import BadValue, Value, combine, compare, is_number, shown, truth, within

MAX_STEPS = 5_000
MAX_SECONDS = 2.0
MAX_LINES = 200

Node = Tree[Token]


class Host(Protocol):
    """What a script may do. Tasks are named by their public ids; errors are the domain's."""

    def create(self, title: Value, assignee: Value | None) -> str: ...
    def change(self, task: Value, field: str, value: Value) -> None: ...
    def complete(self, task: Value) -> None: ...
    def status(self, task: Value) -> str: ...
    def now(self) -> int: ...


@dataclass
class Machine:
    """One run. `variables` are by lower-case name, as names are of any case."""

    host: Host
    variables: dict[str, Value] = field(default_factory=dict)
    output: list[str] = field(default_factory=list)
    steps: int = 0
    until: float = field(default_factory=lambda: monotonic() + MAX_SECONDS)

    def run(self, statements: Node) -> None:
        """Raises ScriptError where the script cannot go on."""
        for statement in statements.children:
            self._do(cast(Node, statement))

    def _do(self, node: Node) -> Value | None:
        with self._at(node):
            return _STATEMENTS[node.data](self, *node.children)

    def _value(self, node: Node | Token) -> Value:
        tree = cast(Node, node)
        with self._at(tree):
            return _EXPRESSIONS[tree.data](self, *tree.children)

    @contextmanager
    def _at(self, node: Node) -> Iterator[None]:
        """Count a step, and say where it was if it fails."""
        self.steps += 1
        if self.steps > MAX_STEPS or monotonic() > self.until:
            raise ScriptError("The script takes too long.", *place(node))
        try:
            yield
        except BadValue as error:
            raise ScriptError(str(error), *place(node)) from None
        except DomainError as error:
            raise ScriptError(error.message, *place(node)) from error

    # --- Statements ---

    def _assign(self, name: Token, what: Node) -> None:
        value = self._do(what) if what.data == "create" else self._value(what)
        self.variables[name.lower()] = cast(Value, value)

    def _create(self, title: Node, assignee: Node | None = None) -> str:
        who = None if assignee is None else self._value(assignee)
        return self.host.create(self._value(title), who)

    def _change(self, field_: Token, task: Node, value: Node) -> None:
        self.host.change(self._value(task), "_".join(field_.lower().split()), self._value(value))

    def _complete(self, task: Node) -> None:
        self.host.complete(self._value(task))

    def _talk(self, what: Node) -> None:
        if len(self.output) >= MAX_LINES:
            raise BadValue(f"A script talks at most {MAX_LINES} lines.")
        self.output.append(shown(self._value(what)))

    def _choice(self, condition: Node, then: Node, otherwise: Node | None = None) -> None:
        chosen = then if truth(self._value(condition)) else otherwise
        if chosen is not None:
            self._do(chosen)

    def _block(self, condition: Node, then: Node, otherwise: Node | None = None) -> None:
        chosen = then if truth(self._value(condition)) else otherwise
        if chosen is not None:
            self.run(chosen)

    # --- Expressions ---

    def _any_of(self, first: Node, *others: Node) -> Value:
        value = self._value(first)
        return value if not others else truth(value) or any(truth(self._value(other)) for other in others)

    def _all_of(self, first: Node, *others: Node) -> Value:
        value = self._value(first)
        return value if not others else truth(value) and all(truth(self._value(other)) for other in others)

    def _not(self, what: Node) -> bool:
        return not truth(self._value(what))

    def _comparison(self, left: Node, sign: Token, right: Node) -> bool:
        return compare(self._value(left), str(sign), self._value(right))

    def _chain(self, first: Node, *others: Node | Token) -> Value:
        value = self._value(first)
        for sign, operand in zip(others[::2], others[1::2], strict=True):
            value = combine(value, str(sign).upper(), self._value(operand))
        return value

    def _negative(self, _: Token, what: Node) -> Value:
        return combine(0, "-", self._value(what))

    def _name(self, name: Token) -> Value:
        if name.lower() not in self.variables:
            raise BadValue(f"{name} has no value yet.")
        return self.variables[name.lower()]

    def _status(self, task: Node) -> str:
        return self.host.status(self._value(task))

    def _call(self, name: Token, *arguments: Node) -> Value:
        values = [self._value(argument) for argument in arguments]
        count, function = _FUNCTIONS[name.upper()]
        if len(values) != count:
            raise BadValue(f"{name.upper()} takes {count or 'no'} value{'' if count == 1 else 's'}.")
        return function(self, *values)


def _number(_: Machine, digits: Token) -> Value:
    return within(float(digits) if "." in digits else int(digits))


def _text(_: Machine, quoted: Token) -> str:
    return str(quoted[1:-1].replace('""', '"'))


def _length(_: Machine, value: Value) -> int:
    if is_number(value):
        raise BadValue("Only a text has a length.")
    return len(shown(value))


_FUNCTIONS: Mapping[str, tuple[int, Callable[..., Value]]] = {
    "NOW": (0, lambda machine: machine.host.now()),
    "LEN": (1, _length),
    "STR": (1, lambda _, value: shown(value)),
}
"""Name -> how many values it takes, and what it makes of them."""
_STATEMENTS: Mapping[str, Callable[..., Value | None]] = {
    "assign": Machine._assign,
    "create": Machine._create,
    "change": Machine._change,
    "complete": Machine._complete,
    "talk": Machine._talk,
    "choice": Machine._choice,
    "block": Machine._block,
}
_EXPRESSIONS: Mapping[str, Callable[..., Value]] = {
    "any_of": Machine._any_of,
    "all_of": Machine._all_of,
    "not_": Machine._not,
    "comparison": Machine._comparison,
    "sum": Machine._chain,
    "term": Machine._chain,
    "negative": Machine._negative,
    "name": Machine._name,
    "status": Machine._status,
    "call": Machine._call,
    "number": _number,
    "text": _text,
}
