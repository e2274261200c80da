"""What can be done with a version: publish, retire, discard; and whether, and why not. Tables and their reading."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.actor import Actor, Role
from workflows import catalog, commands, policy
from workflows.models import WorkflowDefinition

Status = WorkflowDefinition.Status


@dataclass(frozen=True, slots=True)
class Act:
    """A verb on a version of one status, in the words of the page that asks first."""

    label: str
    icon: str
    tone: str
    of: WorkflowDefinition.Status
    question: str
    explain: str
    done: str
    run: Callable[..., Any]


ACTS = {
    "publish": Act(
        "Publish", "rocket", "primary", Status.DRAFT, "Publish this version?",
        "New instances start with it from then on. It can never be changed again; running instances keep theirs.",
        "Published. New instances start with version {version}.", commands.publish,
    ),
    "retire": Act(
        "Retire", "archive", "", Status.PUBLISHED, "Retire this version?",
        "No new instance starts with it. Those that run go on, and it stays here to be read. "
        "An older version that is still published counts again.",
        "Version {version} is retired.", commands.retire,
    ),
    "discard": Act(
        "Discard draft", "trash-2", "danger", Status.DRAFT, "Discard this draft?",
        "What is written in it is gone for good. Published versions stay.",
        "The draft is gone.", commands.discard,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    """A link to the page that asks, or to the editor."""

    label: str
    icon: str
    tone: str
    url: str


def buttons(actor: Actor, row: WorkflowDefinition) -> list[Button]:
    """What the actor may do with this version, the most likely first."""
    if not catalog.may_write(actor):
        return []
    said = [
        Button(f"{act.label}…", act.icon, act.tone, reverse("workflow-act", args=[row.key, row.version, verb]))
        for verb, act in ACTS.items()
        if act.of == row.status
    ]
    edit = reverse("workflow-edit", args=[row.key])
    if row.status == Status.DRAFT:
        return [Button("Edit", "pencil", "", edit), *said]
    return [Button("New draft from this version", "copy-plus", "", f"{edit}?from={row.version}"), *said]


def may_start(actor: Actor) -> bool:
    """Whether a button to start something is worth showing; the project decides."""
    return actor.role >= Role.MEMBER and actor.may(policy.EXECUTE)
