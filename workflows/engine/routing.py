"""Which of its ways on a step takes. Conditions that cannot be judged are false and are told."""

from .conditions import holds
from .intents import ConditionFailed
from .routes import Branch, Mode, Route
from .steps import Step
from .walk import Trouble, Walk


def onward(walk: Walk, step: Step, outcome: str) -> tuple[list[str], bool]:
    """The targets after `outcome`, and whether the path goes to an explicit end instead.

    What depends on the step comes too, unless the chosen route ends the path, or goes back so that the step comes
    again. Raises Trouble where no way is open.
    """
    chosen = _chosen(walk, step, step.route(outcome))
    if any(walk.graph.ends(target) for target in chosen):
        return chosen, True
    if any(walk.graph.leads_back(step.key, target) for target in chosen):
        return chosen, False
    return list(dict.fromkeys([*chosen, *walk.graph.dependents[step.key]])), False


def _chosen(walk: Walk, step: Step, route: Route | None) -> list[str]:
    if route is None:
        return []
    if route.mode == Mode.TO:
        return [branch.step for branch in route.branches]
    open_ways = (branch.step for branch in route.branches if _is_open(walk, step, branch))
    if route.mode == Mode.FIRST:
        taken = [key for key in [next(open_ways, "")] if key]
    else:
        taken = list(open_ways) or [key for key in [route.otherwise] if key]
    if not taken:
        raise Trouble(f"none of the ways on from '{step.name}' is open: no condition holds, and there is no other way")
    return taken


def _is_open(walk: Walk, step: Step, branch: Branch) -> bool:
    if branch.when is None:
        return True
    holding, reason = holds(branch.when, walk.scope())
    if reason:
        walk.tell(ConditionFailed(step.key, reason))
    return holding
