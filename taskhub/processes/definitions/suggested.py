"""What the editor's inputs suggest: people, teams, actions, workflows. Read only for the step that is open."""

from accounts.actor import Actor, Role
from accounts.models import Membership, Team
from workflows import actions, catalog
from workflows.processing import registry

from .board import Board
from .form.shown import Options
from .form.ways import MOST_OFFERED

MOST = 500


def suggestions(actor: Actor, board: Board) -> dict[str, Options]:
    """The lists that inputs of the open step refer to, by their id. At most two queries."""
    lists: dict[str, Options] = {}
    if board.kind in {"human", "processor"}:
        lists["known-people"] = (*_people(actor), *_teams(actor))
    if board.kind == "processor":
        lists["known-processors"] = tuple((name, "") for name in sorted(registry.names()))
    elif board.kind == "action":
        lists["known-actions"] = tuple((name, "") for name in sorted(actions.names()))
    elif board.kind == "workflow":
        lists["known-workflows"] = tuple((row.key, row.name) for row in catalog.startable(actor))
    if board.panel and len(board.steps) > MOST_OFFERED:
        lists["known-steps"] = board.steps
    return lists


def _people(actor: Actor) -> Options:
    """Sign-in name and name of whoever can be given work."""
    rows = Membership.objects.filter(organization_id=actor.organization_id, role__gte=Role.MEMBER, user__is_active=True)
    return tuple(rows.order_by("user__username").values_list("user__username", "user__name")[:MOST])


def _teams(actor: Actor) -> Options:
    rows = Team.objects.filter(organization_id=actor.organization_id).order_by("slug")
    return tuple((slug, f"{title} (team)") for slug, title in rows.values_list("slug", "title")[:MOST])
