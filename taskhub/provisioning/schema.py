"""Whether a document has the form of a provisioning file. Names every fault by its path; fetches nothing."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NoReturn

import jsonschema_rs

from .faults import Fault, Faulty, Path
from .sections import SECTIONS
from .values import SLUG, TIMEZONE, name, text

ORGANIZATION = {
    "slug": SLUG,
    "name": name(200),
    "hostname": text(253),
    "timezone": TIMEZONE,
}


def _schema() -> dict[str, Any]:
    sections = {section.name: {"type": "array", "items": section.schema} for section in SECTIONS}
    return closed({"organizations": {"type": "array", "items": _organization(sections)}}, required=["organizations"])


def _organization(sections: dict[str, Any]) -> dict[str, Any]:
    return closed({**ORGANIZATION, **sections}, required=["slug", "name"])


def closed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """An object of these properties and no others."""
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _fetch_nothing(uri: str) -> NoReturn:
    raise ValueError("A schema refers to nothing outside of itself.")


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema(), retriever=_fetch_nothing, mask="This")


def check(document: Any) -> None:
    """Raises Faulty with everything that is wrong."""
    faults = [fault for error in _validator().iter_errors(document) for fault in _faults(error)]
    if not faults:
        faults = list(_twice(document))
    if faults:
        raise Faulty(sorted(faults, key=lambda fault: [str(step) for step in fault.path]))


def _faults(error: jsonschema_rs.ValidationError) -> Iterator[Fault]:
    path: Path = tuple(error.instance_path)
    kind: Any = error.kind
    if kind.name == "additionalProperties":
        for field in kind.unexpected:
            yield Fault((*path, field), "There is no such field.")
    elif kind.name == "required":
        yield Fault((*path, kind.property), "This is missing.")
    elif kind.name == "pattern":
        yield Fault(path, "This has characters that cannot stand here, or too many.")
    elif kind.name == "enum":
        options = [str(option) for option in kind.options]
        yield Fault(path, f"This is not one of: {', '.join(options)}." if len(options) < 10 else "This is unknown.")
    else:
        yield Fault(path, f"{error.message}.")


def _twice(document: dict[str, Any]) -> Iterator[Fault]:
    """Things that stand in one list twice: which of the two would hold?"""
    organizations = document["organizations"]
    yield from _same(organizations, "slug", ("organizations",))
    for number, organization in enumerate(organizations):
        for section in SECTIONS:
            path = ("organizations", number, section.name)
            yield from _same(organization.get(section.name, []), section.key, path)


def _same(entries: list[dict[str, Any]], key: str, path: Path) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        if entry[key] in seen:
            yield Fault((*path, number, key), "This stands in the list twice.")
        seen.add(entry[key])
