"""Who may do what with workflow instances and definitions: one function per verb, asked by every door."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.access import ProjectAccess, project_access
from accounts.actor import Actor, Role
from tasks.domain.errors import DomainError, NotAllowed, WrongState
from workflows.models import WorkflowInstance
from workflows.store import no_such_instance

EXECUTE = "workflow.execute"
READ = "workflow.read"
EDIT = "task.edit"


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is to one instance."""

    actor: Actor
    access: ProjectAccess | None
    instance: WorkflowInstance

    @property
    def is_starter(self) -> bool:
        return self.actor.user_id is not None and self.instance.started_by_id == self.actor.user_id

    @property
    def may_view(self) -> bool:
        return self.is_starter or (self.access is not None and self.access.view)

    @property
    def may_manage(self) -> bool:
        return self.actor.is_manager or (self.access is not None and self.access.manage)


def standing_of(actor: Actor, instance: WorkflowInstance) -> Standing:
    """What `actor` is to `instance`; NotFound (`instance_not_found`) if they may not even see it."""
    standing = Standing(actor, project_access(actor, id=instance.project_id), instance)
    if not standing.may_view:
        raise no_such_instance()
    return standing


def manager_or_starter(standing: Standing, verb: str) -> None:
    """Managers, those the project is given to manage, and whoever started the instance."""
    if not (standing.may_manage or standing.is_starter):
        raise NotAllowed(f"Only a manager or who started this workflow may {verb} it.")


def manager(standing: Standing, verb: str) -> None:
    """Managers and those the project is given to manage."""
    if not standing.may_manage:
        raise NotAllowed(f"Only a manager may {verb} this workflow.")


def worker(standing: Standing, verb: str) -> None:
    """Whoever may work in the project."""
    if not (standing.access is not None and standing.access.work):
        raise NotAllowed("You may look at this project's workflows and not work on them.")


RULES: dict[str, Callable[[Standing, str], None]] = {
    "cancel": manager_or_starter,
    "retry": manager,
    "message": worker,
}
"""Verb -> who may. Every verb on an instance stands here."""


def check(standing: Standing, verb: str) -> None:
    """Raise the reason why the actor may not do `verb` now: first the right, then the state."""
    _check_scope(standing.actor)
    RULES[verb](standing, verb)
    status = standing.instance.status
    if status != WorkflowInstance.Status.RUNNING:
        raise WrongState(f"This workflow is {status} already.", verb=verb, state=status)
    if verb == "retry" and not standing.instance.has_incident:
        raise WrongState("No step of this workflow stands still.", verb=verb, state=status)


def refusal(standing: Standing, verb: str) -> DomainError | None:
    """The same as `check`, as a value: None where the verb is allowed. For pages that say why a button is off."""
    try:
        check(standing, verb)
    except DomainError as error:
        return error
    return None


def check_start(actor: Actor, access: ProjectAccess) -> None:
    """Raise NotAllowed if the actor may not start instances in that project."""
    _check_scope(actor)
    if not access.work:
        raise NotAllowed("You may look at this project's workflows and not start any.")


def check_upload(actor: Actor, access: ProjectAccess) -> None:
    """Raise NotAllowed if the actor may not bring documents into that project, or export them from it."""
    _check_scope(actor, EDIT)
    if not access.work:
        raise NotAllowed("You may look at this project's documents and not work on them.")


def check_retry(standing: Standing) -> None:
    """Raise NotAllowed if the actor may not have a processor that failed try again."""
    _check_scope(standing.actor, EDIT)
    manager_or_starter(standing, "retry")


def check_processing(actor: Actor) -> None:
    """Raise NotAllowed if the credential is not for working; whose projects is asked of each row."""
    _check_scope(actor, EDIT)


def check_definitions(actor: Actor) -> None:
    """Raise NotAllowed if the actor may not write definitions."""
    _check_scope(actor)
    if not actor.is_manager:
        raise NotAllowed("Only a manager may change workflow definitions.")


def check_rules(actor: Actor) -> None:
    """Raise NotAllowed if the actor may not see and write automation rules, which then act with their rights."""
    _check_scope(actor)
    _check_scope(actor, EDIT)
    if not actor.is_manager:
        raise NotAllowed("Only a manager may see and change automation rules.")


def check_trigger(actor: Actor) -> None:
    """Raise NotAllowed if the actor may not fire triggers."""
    _check_scope(actor, EDIT)
    if actor.role < Role.MEMBER:
        raise NotAllowed("You may look at tasks and not set anything off.")


def _check_scope(actor: Actor, scope: str = EXECUTE) -> None:
    if not actor.may(scope):
        raise NotAllowed(f"This credential lacks the scope {scope}.", code="scope_missing", scope=scope)
