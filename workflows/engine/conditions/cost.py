"""What a CEL expression may cost. The library has no limit of its own and holds the interpreter's lock while it runs.

Judged from the shape of the expression (when the definition is checked) and the sizes of what it is given (when it
runs); nothing is evaluated here. Measured: looking into a value copies it, and `map`, `filter` and `+` copy all that
they have built so far; a copied value costs about a microsecond.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .shape import Shape, TooCostly

MAX_LIST = 100
MAX_TEXT = 10_000
MAX_VALUES = 5_000
MAX_COPIES = 80_000
MAX_DEPTH = 50
MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """How large a value is: all values in it, its longest list or mapping, its longest text."""

    values: int = 0
    longest: int = 0
    widest: int = 0

    def __add__(self, other: "Size") -> "Size":
        return Size(self.values + other.values, max(self.longest, other.longest), max(self.widest, other.widest))


def check_cost(shape: Shape, scope: Mapping[str, Any]) -> None:
    """Raise TooCostly if the expression must not run on values of these sizes."""
    sizes = {name: _size(value) for name, value in scope.items()}
    whole = sum(sizes.values(), Size())
    again = sum((sizes[name] for name in shape.inner if name in sizes), Size())
    if _copies(shape, whole, again) > MAX_COPIES:
        raise TooCostly("would take too long over values this large")
    if max(100 * whole.longest, whole.widest, 100 * shape.literals) * shape.growth**2 > MAX_BYTES:
        raise TooCostly("would build too large a value")


def _copies(shape: Shape, whole: Size, again: Size) -> float:
    """How many values are copied, at most. `again` is what macros look at anew for each element."""
    copies = float(shape.accesses * whole.values)
    if not shape.macros:
        return copies
    longest = max(whole.longest, shape.literals)
    if shape.builds:
        copies += shape.macros * max(whole.values, shape.literals) * longest / 2
    copies += longest ** (1 + shape.builds) * (again.values + shape.builds)
    return copies * shape.growth**2 * longest ** (shape.nested - 1)


def _size(value: Any) -> Size:
    """The size of a value. Raises TooCostly past a bound, before it has looked at everything."""
    seen = longest = widest = 0
    left = [(value, 0)]
    while left:
        value, depth = left.pop()
        seen += 1
        if isinstance(value, str):
            widest = max(widest, len(value))
            seen += len(value) // 1_000
        elif isinstance(value, Mapping | list | tuple):
            longest = max(longest, len(value))
            if longest <= MAX_LIST:
                inner = value.values() if isinstance(value, Mapping) else value
                left.extend((each, depth + 1) for each in inner)
        if longest > MAX_LIST or widest > MAX_TEXT or seen + len(left) > MAX_VALUES or depth > MAX_DEPTH:
            raise TooCostly(f"looks at more than {MAX_LIST} elements or at a text of more than {MAX_TEXT:,} characters")
    return Size(seen, longest, widest)
