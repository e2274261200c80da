"""A definition as people write it: YAML to plain values, and back. Pure."""

import json
from collections.abc import Mapping
from typing import Any

import yaml

from taskhub.provisioning import document
from taskhub.provisioning.faults import Faulty

SHORT = 96
"""What is no longer stands on one line."""


class Unreadable(ValueError):
    """It is no YAML, or YAML that means more than plain data. The message is for the author."""


def read(text: str) -> Any:
    """The plain value that `text` says. Raises Unreadable."""
    try:
        value = document.read(text)
    except Faulty as error:
        raise Unreadable(" ".join(_words(fault.text) for fault in error.faults)) from None
    if not can_be_kept(value):
        raise Unreadable("A text in it has characters that cannot be kept.")
    return value


def can_be_kept(value: Any) -> bool:
    """Whether all its texts can be shown and stored: escapes can spell NUL, and half of a character."""
    try:
        return "\\u0000" not in json.dumps(value, ensure_ascii=False).encode().decode()
    except (UnicodeEncodeError, RecursionError):
        return False


def _words(text: str) -> str:
    return text.replace("The file", "It")


def lines(text: str) -> dict[str, int]:
    """The line of each path in a text that `read` could read: `steps[2].name` -> 17."""
    found: dict[str, int] = {}
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    left = [("", root)] if root else []
    while left:
        path, node = left.pop()
        found.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            left += [(f"{path}[{place}]", each) for place, each in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            for key, each in node.value:
                inner = f"{path}.{key.value}" if path else str(key.value)
                found[inner] = key.start_mark.line + 1
                left.append((inner, each))
    return found


class _Dumper(yaml.SafeDumper):
    """YAML as one would write it by hand: long texts as blocks, short mappings on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent(self, data: Any) -> None:
        """The outermost lines stand apart, short or not."""
        node = self.represent_data(data)
        if isinstance(node, yaml.CollectionNode) and node.value:
            node.flow_style = False
        self.serialize(node)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value.strip() else None)


def _mapping(dumper: yaml.SafeDumper, value: Mapping[str, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=_is_short(value))


def _sequence(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_is_short(value))


def _is_short(value: Any) -> bool:
    """Whether it is a leaf, or a leaf of leaves, that fits a line."""
    inner = list(value.values()) if isinstance(value, Mapping) else value
    if any(isinstance(each, dict | list) for each in inner):
        return False
    return len(repr(value)) <= SHORT and not any(isinstance(each, str) and "\n" in each for each in inner)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(list, _sequence)


def write(value: Any) -> str:
    """The YAML of a plain value."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110).removesuffix("...\n")
