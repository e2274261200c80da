"""Documents that people bring, read against their organization. Every fault is named by its path.

The engine judges the process; here is what only the organization knows: who is there, who may be given work, which
workflows have been published. A constant number of queries, and only for what the document names.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from accounts import queries as people
from accounts.actor import Role
from workflows import actions
from workflows.engine.definition import Definition, parse
from workflows.engine.faults import Fault, InvalidDefinition
from workflows.mentions import Mention, mentions
from workflows.models import WorkflowDefinition
from workflows.processing import registry

MAX_BYTES = 1_048_576
MAX_NAMES = 1_000
"""Different people, teams and workflows that one definition may name, each."""
_STANDING = (WorkflowDefinition.Status.DRAFT, WorkflowDefinition.Status.PUBLISHED)


def read(organization_id: int, document: Any, *, is_for_good: bool = False, also: Collection[str] = ()) -> Definition:
    """The definition that `document` says. Raises InvalidDefinition with every fault.

    `is_for_good`: it is to be published, so workflows that it starts must be. `also` are keys of definitions that are
    being published together with it.
    """
    _check_plain(document)
    said = list(mentions(document))
    around = _Around.of(organization_id, said, is_for_good, also)
    faults = list(around.faults(said))
    own = document.get("key") if isinstance(document, dict) else None
    try:
        definition = parse(
            document,
            known_users=around.users,
            known_teams=around.teams,
            actions=actions.names(),
            workflows={*around.versions, *also, *([own] if isinstance(own, str) else [])},
            options=registry.faults,
        )
    except InvalidDefinition as error:
        raise InvalidDefinition((*error.faults, *faults)) from None
    if faults:
        raise InvalidDefinition(faults)
    return definition


def _check_plain(document: Any) -> None:
    """What cannot be written as JSON, or is too long, is not looked at any further."""
    try:
        size = len(json.dumps(document, ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError):
        raise InvalidDefinition([Fault("", "The definition cannot be written as JSON.")]) from None
    if size > MAX_BYTES:
        raise InvalidDefinition([Fault("", f"The definition has more than {MAX_BYTES:,} bytes.")])


@dataclass(frozen=True, slots=True)
class _Around:
    """What the organization has of all that a document names; of each workflow, the versions that may be started."""

    users: frozenset[str]
    viewers: frozenset[str]
    teams: frozenset[str]
    versions: dict[str, frozenset[int]]
    also: frozenset[str]

    @classmethod
    def of(cls, organization_id: int, said: Sequence[Mention], is_for_good: bool, also: Collection[str]) -> "_Around":
        named = {kind: _named(kind, said) for kind in ("user", "team", "workflow")}
        members = people.members(organization_id, usernames=named["user"])
        statuses = _STANDING[1:] if is_for_good else _STANDING
        return cls(
            users=frozenset(member.username for member in members),
            viewers=frozenset(member.username for member in members if member.role < Role.MEMBER),
            teams=frozenset(team.slug for team in people.teams(organization_id, slugs=named["team"])),
            versions=_versions(organization_id, named["workflow"], statuses),
            also=frozenset(also),
        )

    def faults(self, said: Sequence[Mention]) -> Iterator[Fault]:
        """What is wrong with names that are known."""
        for mention in said:
            if mention.kind == "user" and mention.name in self.viewers:
                yield Fault(mention.path, f"'{mention.name}' only looks on and cannot be given work")
            elif mention.kind == "workflow" and mention.name in self.versions and mention.name not in self.also:
                yield from self._unstartable(mention)

    def _unstartable(self, mention: Mention) -> Iterator[Fault]:
        versions = self.versions[mention.name]
        if not versions:
            yield Fault(mention.path, f"'{mention.name}' is not published")
        elif mention.version is not None and mention.version not in versions:
            yield Fault(mention.path, f"'{mention.name}' has no version {mention.version} that could be started")


def _named(kind: str, said: Sequence[Mention]) -> frozenset[str]:
    """The names to look up; what nothing can be called is left to the engine, which refuses it."""
    names = frozenset(
        each.name for each in said if each.kind == kind and len(each.name) <= 200 and "\0" not in each.name
    )
    if len(names) > MAX_NAMES:
        raise InvalidDefinition([Fault("steps", f"name more than {MAX_NAMES:,} different {kind}s")])
    return names


def _may_be(name: str) -> bool:
    return len(name) <= 200 and "\0" not in name


def _versions(organization_id: int, keys: Collection[str], statuses: Sequence[str]) -> dict[str, frozenset[int]]:
    """Key -> versions of these statuses, none for a key that has only others."""
    if not keys:
        return {}
    found: defaultdict[str, set[int]] = defaultdict(set)
    rows = WorkflowDefinition.objects.filter(organization_id=organization_id, key__in=keys).order_by()
    for key, version, status in rows.values_list("key", "version", "status"):
        found[key] |= {version} if status in statuses else set()
    return {key: frozenset(versions) for key, versions in found.items()}
