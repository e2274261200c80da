"""How the actions of a task look on its page: icon, weight, key, order, and refusals in few words.

What is allowed, and why not, is computed by `tasks.actions`; here stands only how it is shown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tasks import actions as core
from tasks import policy
from tasks.domain.errors import DomainError, WrongState
from tasks.domain.lifecycle import OPEN, ShareState, State
from tasks.policy import Standing

WORK, MANAGE = "work", "manage"


@dataclass(frozen=True)
class Look:
    """A verb's button. `asks` is true where a page asks first, because it needs a reason or cannot be undone."""

    icon: str
    group: str = WORK
    asks: bool = False
    tone: str = ""
    key: str = ""
    label: str = ""
    """Where it says more than the core's."""
    shown: Callable[[Standing], bool] = lambda standing: True
    """Whether it makes sense to speak of it at all; refused ones are shown with the reason."""


@dataclass(frozen=True)
class Button:
    """A verb for one person and one task: enabled, or the reason why not."""

    code: str
    label: str
    look: Look
    why_not: str = ""

    @property
    def enabled(self) -> bool:
        return not self.why_not


@dataclass(frozen=True)
class Refusal:
    """Several actions that are off for the same reason."""

    labels: tuple[str, ...]
    why: str


def _is_open(standing: Standing) -> bool:
    return standing.facts.state in OPEN


def _is_closed(standing: Standing) -> bool:
    return not _is_open(standing)


def _is_pending(standing: Standing) -> bool:
    return standing.facts.state == State.PENDING


def _has_team_share(standing: Standing) -> bool:
    """A team's share is free, or somebody else holds it."""
    share = standing.workable_share
    if share is not None:
        return _is_open(standing) and share.team_id is not None
    return (
        _is_open(standing)
        and standing.own_share is None
        and standing.facts.team_share(standing.actor.team_ids) is not None
    )


def _holds_team_share(standing: Standing) -> bool:
    own = standing.own_share
    return _is_open(standing) and own is not None and own.is_pending and own.claimed_from is not None


LOOKS = {
    "complete": Look("check", tone="primary", key="e", shown=_is_open),
    "claim": Look("hand", key="m", shown=_has_team_share),
    "start": Look("play", key="s", shown=_is_pending),
    "release": Look("undo-2", key="m", shown=_holds_team_share),
    "decline": Look("x", asks=True, tone="danger", shown=_is_open),
    "reopen": Look("rotate-ccw", asks=True, shown=_is_closed),
    "update": Look("pencil", MANAGE, asks=True, shown=_is_open),
    "reassign": Look("arrow-right-left", MANAGE, asks=True, key="a", shown=_is_open),
    "escalate": Look("circle-arrow-up", MANAGE, shown=_is_open),
    "cancel": Look("ban", MANAGE, asks=True, tone="danger", label="Cancel task", shown=_is_open),
    "delete": Look("trash-2", MANAGE, asks=True, tone="danger", label="Delete task"),
}
"""Verb -> how it is shown, in the order of the page."""


def _is_failed(standing: Standing) -> bool:
    return standing.facts.state == State.FAILED


def _is_locked(standing: Standing) -> bool:
    return _is_closed(standing) and not _is_failed(standing)


DOCUMENT_LOOKS = {
    "discard": Look("trash-2", asks=True, tone="danger", label="Discard", shown=_is_open),
    "unlock": Look("lock-open", asks=True, label="Unlock", shown=_is_locked),
    "retry": Look("rotate-ccw", asks=True, label="Process again", shown=_is_failed),
    "report": Look("flag", MANAGE, asks=True, label="Report a problem"),
}
"""The same for what is done to the tasks of documents only."""
BY_ITS_OWN_WORDS = frozenset({"reopen", "unlock", "retry"})
"""Verbs of what is closed: the refusal itself says more than the state does."""


def look_of(verb: str) -> Look:
    """How any verb is shown."""
    return LOOKS.get(verb) or DOCUMENT_LOOKS[verb]


def buttons(standing: Standing, category: str, group: str) -> list[Button]:
    """The group's buttons for this person, in their fixed order."""
    computed = {action.code: action for action in core.actions(standing, category)}
    shown = [(code, look) for code, look in LOOKS.items() if look.group == group and look.shown(standing)]
    return [_button(computed[code], look, standing) for code, look in shown]


def _button(action: core.Action, look: Look, standing: Standing) -> Button:
    label = _complete_label(action.label, standing) if action.code == "complete" else look.label or action.label
    if action.enabled:
        return Button(action.code, label, look)
    refusal = policy.refusal(standing, action.code)
    return Button(action.code, label, look, reason(refusal, action.code) if refusal else action.why_not)


def _complete_label(label: str, standing: Standing) -> str:
    """Says whose share: only mine, where others' shares are still missing after it; or everyone's."""
    share = standing.workable_share
    if share and standing.facts.missing > share.weight:
        return f"{label} my share"
    return f"{label} for everyone" if share is None and standing.facts.pending else label


def reason(error: DomainError, verb: str) -> str:
    """Why something cannot be done, for the person who wants to do it."""
    if isinstance(error, WrongState) and verb not in BY_ITS_OWN_WORDS:
        return _BY_STATE.get(str(error.facts.get("state")), error.message)
    if error.code == "forbidden":
        return _BY_RULE.get(policy.RULES[verb], error.message)
    return error.message


_BY_STATE: dict[str, str] = {
    State.PROCESSING: "This task is still being prepared.",
    State.IN_PROGRESS: "Work on this task has already begun.",
    State.COMPLETED: "This task is already done.",
    State.CANCELED: "This task was canceled.",
    State.FAILED: "This task has failed.",
    ShareState.PENDING: "Somebody else holds this share.",
    ShareState.PERFORMED: "You have already done your share.",
    ShareState.DECLINED: "This share was declined.",
}
_BY_RULE: dict[object, str] = {
    policy.manager: "Only a manager or the task's creator may do this.",
    policy.supervisor: "Only a manager may do this.",
}


def refusals(found: Iterable[Button]) -> list[Refusal]:
    """The refused ones, those with the same reason together."""
    reasons: dict[str, list[str]] = {}
    for button in found:
        if not button.enabled:
            reasons.setdefault(button.why_not, []).append(button.label)
    return [Refusal(tuple(labels), why) for why, labels in reasons.items()]
