"""What an actor can do with a task right now, and where not, why not: computed here, only printed by pages."""

from dataclasses import dataclass

from .policy import Standing, refusal


@dataclass(frozen=True, slots=True)
class Action:
    """A verb as a button. `why_not` says what keeps it off; empty where it is enabled."""

    code: str
    label: str
    enabled: bool
    why_not: str = ""


LABELS = {
    "claim": "Claim",
    "start": "Start",
    "complete": "Complete",
    "decline": "Decline",
    "release": "Give back",
    "reassign": "Reassign",
    "update": "Edit",
    "escalate": "Escalate",
    "cancel": "Cancel",
    "reopen": "Reopen",
    "delete": "Delete",
}
"""Verb -> its button, in the order in which they stand."""

CATEGORY_LABELS = {"sign": "Sign", "approve": "Approve", "update": "Update", "delete": "Delete"}
"""Category -> what finishing such a task is called."""


def actions(standing: Standing, category: str = "") -> list[Action]:
    """Every verb that a page offers, in order."""
    return [_action(standing, verb, _label(standing, verb, category)) for verb in LABELS]


def _label(standing: Standing, verb: str, category: str) -> str:
    if verb == "complete" and standing.workable_share:
        return CATEGORY_LABELS.get(category, LABELS[verb])
    return LABELS[verb]


def _action(standing: Standing, verb: str, label: str) -> Action:
    error = refusal(standing, verb)
    if error is None and verb == "claim" and not _waits_for_a_team(standing):
        return Action(verb, label, enabled=False, why_not="No team's share is waiting to be claimed.")
    return Action(verb, label, enabled=error is None, why_not=error.message if error else "")


def _waits_for_a_team(standing: Standing) -> bool:
    share = standing.workable_share
    return share is not None and share.team_id is not None
