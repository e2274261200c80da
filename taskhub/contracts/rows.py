"""Models as rows: what a list reads by `values()` and what a command returns are rendered by the same function."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

Row = Mapping[str, Any]
NOTHING: Row = {}


def row_of(model: Model, columns: Iterable[str], known: Row = NOTHING) -> Row:
    """A loaded row with the values of `columns`. `known` ones spare a query for what is not loaded with it."""
    return {name: known[name] if name in known else _at(model, name) for name in columns}


def _at(model: Model, path: str) -> Any:
    found: Any = model
    for name in path.split("__"):
        found = None if found is None else getattr(found, name)
    return found
