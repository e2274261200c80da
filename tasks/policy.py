"""Who may do what with a task: one function per verb. Asked after the lock, by every door.

A refusal is NotAllowed; where the actor's share has already ended, or somebody else holds it, it is WrongState, because
repeating a finished action conflicts with the state and not with a right.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.access import ProjectAccess
from accounts.actor import Actor, Role

from .domain.errors import Conflict, DomainError, NotAllowed, WrongState
from .domain.facts import Share, TaskFacts
from .domain.lifecycle import after


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is to one task: all that decides what they may do with it."""

    actor: Actor
    access: ProjectAccess | None
    facts: TaskFacts
    is_creator: bool = False
    is_watcher: bool = False
    is_step: bool = False
    """Whether the task is a step of a workflow instance."""

    @property
    def own_share(self) -> Share | None:
        return self.facts.own_share(self.actor.user_id)

    @property
    def workable_share(self) -> Share | None:
        """The pending share the actor may work on: their own, or one of their teams'.

        Who has acted on a share of their own takes no other by themselves: asking twice must not count twice.
        """
        own = self.own_share
        if own:
            return own if own.is_pending else None
        team = self.facts.team_share(self.actor.team_ids)
        return team if team and team.is_pending and team.team_id else None

    @property
    def may_view(self) -> bool:
        involved = self.is_creator or self.is_watcher or bool(self.own_share)
        seen = self.access is not None and self.access.view
        return seen or involved or self.facts.team_share(self.actor.team_ids) is not None

    @property
    def may_manage(self) -> bool:
        """Managers, those the project is given to manage, and whoever created the task (unless they only view)."""
        granted = self.access is not None and self.access.manage
        return self.actor.is_manager or granted or (self.is_creator and self.actor.role >= Role.MEMBER)


def worker(standing: Standing, verb: str) -> None:
    """The holder of a pending share, or a member of the team it waits for."""
    if standing.workable_share:
        _not_a_viewer(standing)
        return
    ended = standing.own_share or standing.facts.team_share(standing.actor.team_ids)
    if ended is None:
        raise NotAllowed("This task is not assigned to you.", code="not_assignee")
    words = "is held by somebody else" if ended.is_pending else f"has already been {ended.state}"
    raise WrongState(f"The share of this task {words}.", verb=verb, state=str(ended.state))


def manager(standing: Standing, verb: str) -> None:
    """Whoever may manage the task."""
    if not standing.may_manage:
        raise NotAllowed(f"Only a manager or the creator of this task may {verb} it.")


def worker_or_manager(standing: Standing, verb: str) -> None:
    """An assignee for their share, or whoever may manage for the whole."""
    if not standing.may_manage:
        worker(standing, verb)


def hander_over(standing: Standing, verb: str) -> None:
    """Whoever may manage the task; of a workflow's step, which nobody created, also whose work it is."""
    if not (standing.is_step and standing.workable_share and not standing.may_manage):
        manager(standing, verb)
        return
    _not_a_viewer(standing)


def discarder(standing: Standing, verb: str) -> None:
    """Whoever may manage the task; of a workflow's step, which nobody created, also whose work it is."""
    (worker_or_manager if standing.is_step else manager)(standing, verb)


def reopener(standing: Standing, verb: str) -> None:
    """Whoever may manage the task, unless its end has led a workflow on."""
    manager(standing, verb)
    if standing.is_step:
        state = str(standing.facts.state)
        raise WrongState("Its workflow has gone on since this step was closed.", verb=verb, state=state)


def unlocker(standing: Standing, verb: str) -> None:
    """Whoever may manage the task or has had a share of it; where nobody has, whoever may work in its project."""
    had = standing.own_share or standing.facts.team_share(standing.actor.team_ids)
    is_nobodys = not standing.facts.shares and standing.access is not None and standing.access.work
    if had or is_nobodys:
        _not_a_viewer(standing)
    else:
        manager(standing, verb)
    if not standing.is_step:
        raise WrongState("Only a step of a workflow is unlocked.", verb=verb, state=str(standing.facts.state))


def holder(standing: Standing, verb: str) -> None:
    """Whoever claimed a team's share and still holds it."""
    own = standing.own_share
    if own is None or not own.is_pending or own.claimed_from is None:
        raise NotAllowed("You hold no share of this task that a team could take back.", code="not_assignee")
    if any(share.team_id == own.claimed_from for share in standing.facts.pending):
        raise Conflict("Your team has another share of this task waiting already.", code="already_exists")


def supervisor(standing: Standing, verb: str) -> None:
    """Managers and those the project is given to manage; creating the task is not enough."""
    if not (standing.actor.is_manager or (standing.access is not None and standing.access.manage)):
        raise NotAllowed(f"Only a manager may {verb} this task.")


def anyone(standing: Standing, verb: str) -> None:
    """Whoever sees the task."""


def speaker(standing: Standing, verb: str) -> None:
    """Whoever sees the task and is more than a viewer."""
    _not_a_viewer(standing)


def _not_a_viewer(standing: Standing) -> None:
    granted = standing.access is not None and standing.access.work
    if standing.actor.role < Role.MEMBER and not granted:
        raise NotAllowed("You may look at tasks and not work on them.")


RULES: dict[str, Callable[[Standing, str], None]] = {
    "start": worker_or_manager,
    "claim": worker,
    "release": holder,
    "perform": worker,
    "complete": worker_or_manager,
    "decline": worker,
    "reassign": hander_over,
    "update": manager,
    "cancel": manager,
    "discard": discarder,
    "delete": manager,
    "reopen": reopener,
    "unlock": unlocker,
    "fail": manager,
    "escalate": supervisor,
    "progress": worker_or_manager,
    "check": worker_or_manager,
    "log": speaker,
    "comment": speaker,
    "attach": speaker,
    "watch": anyone,
    "report": speaker,
}
"""Verb -> who may. Every verb that a person can ask for stands here."""


def check(standing: Standing, verb: str) -> None:
    """Raise the reason why the actor may not do `verb` now: first the right, then the state."""
    if not standing.actor.may("task.edit"):
        raise NotAllowed("This credential lacks the scope task.edit.", code="scope_missing", scope="task.edit")
    RULES[verb](standing, verb)
    after(standing.facts.state, verb)


def refusal(standing: Standing, verb: str) -> DomainError | None:
    """The same as `check`, as a value: None where the verb is allowed. For pages that say why a button is off."""
    try:
        check(standing, verb)
    except DomainError as error:
        return error
    return None
