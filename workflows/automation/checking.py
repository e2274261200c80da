"""What a rule names outside of itself, looked up in its organization: every fault by its path, a query for a kind."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from accounts import queries as people
from accounts.access import visible_projects
from accounts.actor import Actor, Role
from tasks.templates import templates
from workflows.engine.faults import Fault
from workflows.models import WorkflowDefinition
from workflows.rules import InvalidRule, Rule
from workflows.rules.actions import Action, CreateTask, Recipients, StartWorkflow


@dataclass(frozen=True, slots=True)
class _Named:
    """A name of some kind, and where it stands."""

    kind: str
    name: str
    path: str


def check_names(actor: Actor, rule: Rule, *, single: bool = False) -> None:
    """Raise InvalidRule where the rule names people, teams, projects or workflows that there are not."""
    path = "action" if single else "actions[{}]"
    said = [named for place, action in enumerate(rule.actions) for named in _names(action, path.format(place))]
    by_kind: defaultdict[str, set[str]] = defaultdict(set)
    for named in said:
        by_kind[named.kind].add(named.name)
    known = {kind: _known(actor, kind, names) for kind, names in by_kind.items()}
    faults = [
        Fault(named.path, _WORDS[named.kind].format(named.name))
        for named in said
        if named.name not in known[named.kind]
    ]
    if faults:
        raise InvalidRule(faults)


def _names(action: Action, path: str) -> Iterator[_Named]:
    to = getattr(action, "to", Recipients())
    yield from (_Named("user", name, f"{path}.assign") for name in to.users)
    if to.team:
        yield _Named("team", to.team, f"{path}.{'team' if to.auto else 'assign'}")
    if isinstance(action, CreateTask) and action.project:
        yield _Named("project", action.project, f"{path}.project")
    if isinstance(action, CreateTask) and action.template:
        yield _Named("template", str(action.template), f"{path}.template")
    if isinstance(action, StartWorkflow):
        yield _Named("workflow", action.workflow, f"{path}.workflow")


_WORDS = {
    "user": "there is nobody called '{}' here who can be given work",
    "team": "there is no team '{}'",
    "project": "there is no project '{}'",
    "template": "there is no such template",
    "workflow": "there is no published workflow '{}'",
}


def _known(actor: Actor, kind: str, names: Collection[str]) -> Collection[str]:
    """Those of the names that there are."""
    organization_id = actor.organization_id
    if kind == "user":
        found: Sequence[people.Member] = people.members(organization_id, usernames=names)
        return {member.username for member in found if member.role >= Role.MEMBER}
    if kind == "team":
        return {team.slug for team in people.teams(organization_id, slugs=names)}
    if kind == "project":
        return set(visible_projects(actor).filter(slug__in=names).values_list("slug", flat=True))
    if kind == "template":
        return {str(uuid) for uuid in templates(actor).filter(uuid__in=names).values_list("uuid", flat=True)}
    rows = WorkflowDefinition.objects.filter(
        organization_id=organization_id, key__in=names, status=WorkflowDefinition.Status.PUBLISHED
    )
    return set(rows.values_list("key", flat=True))
