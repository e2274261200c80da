"""Strict YAML: plain data only, no key twice, nothing guessed to be a date. Knows nothing of what the data means."""

from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .faults import Fault, Faulty, Path

MAX_NODES = 1_000_000
"""More than any real file has, and the end of one whose aliases multiply."""
_TAG = "tag:yaml.org,2002:"
_SCALARS = {f"{_TAG}{name}" for name in ("str", "int", "float", "bool", "null")}


class _Loader(yaml.SafeLoader):
    """YAML 1.1 without dates, which the file has none of, but names and passwords that look like some."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != f"{_TAG}timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> Any:
    """The data in `text`. Raises Faulty."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return _Reader(loader).value(node, ()) if node else None
    except yaml.MarkedYAMLError as error:
        raise Faulty([Fault((), _where(error))]) from None
    except (yaml.YAMLError, ValueError):
        raise Faulty([Fault((), "This is not YAML.")]) from None
    except RecursionError:
        raise Faulty([Fault((), "This is nested too deeply.")]) from None


def _where(error: yaml.MarkedYAMLError) -> str:
    """The problem and its line; not the line's text, which may hold a secret."""
    mark = error.problem_mark or error.context_mark
    line = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return f"This is not YAML: {(error.problem or error.context or 'error').split(' ' + chr(39))[0]}{line}."


class _Reader:
    """Builds plain values from nodes, which still know where a key stands twice."""

    def __init__(self, loader: _Loader) -> None:
        self._loader = loader
        self._left = MAX_NODES

    def value(self, node: Node, path: Path) -> Any:
        self._left -= 1
        if self._left < 0:
            raise Faulty([Fault((), f"The file has more than {MAX_NODES} values.")])
        if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, path)
        if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        if isinstance(node, ScalarNode) and node.tag in _SCALARS:
            return self._loader.construct_object(node)
        raise Faulty([Fault(path, "Only plain data can stand here: texts, numbers, lists, mappings.")])

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        self._refuse_twice([key for key, _ in node.value if key.tag != f"{_TAG}merge"], path)
        self._loader.flatten_mapping(node)  # `<<: *defaults`: what is merged comes first, so what is written wins
        return {self._key(key, path): self.value(item, (*path, str(key.value))) for key, item in node.value}

    def _refuse_twice(self, keys: list[Node], path: Path) -> None:
        seen: set[str] = set()
        for key in keys:
            name = self._key(key, path)
            if name in seen:
                raise Faulty([Fault((*path, name), f"This key stands here twice (line {key.start_mark.line + 1}).")])
            seen.add(name)

    def _key(self, key: Node, path: Path) -> str:
        if isinstance(key, ScalarNode) and key.tag == f"{_TAG}str":
            return str(key.value)
        raise Faulty([Fault(path, f"A key is a text (line {key.start_mark.line + 1}).")])
