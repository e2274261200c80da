"""What a rule can do, as values. Texts may hold placeholders like `{{task.title}}`, filled when the rule acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

PRIORITIES = {"low": 1, "medium": 2, "high": 3, "urgent": 4}


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who gets work: these people, this team, or (`auto`) the least loaded available member of the team.

    Without a team `auto` means that of the template, and where that has none, everybody who can be given work.
    """

    users: tuple[str, ...] = ()
    team: str = ""
    auto: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.team or self.auto)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `needs_task`: it is done to a task; `makes_task`: what follows is about the task it makes.

    `has_words`: it says something, in which placeholders may stand.
    """

    kind: ClassVar[str]
    needs_task: ClassVar[bool] = True
    makes_task: ClassVar[bool] = False
    has_words: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class CreateTask(Action):
    """From a template, or of a title. What is said here wins over what the template says."""

    kind = "create_task"
    needs_task = False
    makes_task = True
    has_words = True

    template: UUID | None = None
    title: str = ""
    description: str = ""
    priority: int | None = None
    due_in: timedelta | None = None
    tags: tuple[str, ...] = ()
    project: str = ""
    to: Recipients = Recipients()
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StartWorkflow(Action):
    """The latest published version of that key."""

    kind = "start_workflow"
    needs_task = False
    has_words = True

    workflow: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assign(Action):
    kind = "assign"

    to: Recipients = Recipients()


@dataclass(frozen=True, slots=True)
class SetPriority(Action):
    kind = "set_priority"

    priority: int = 2


@dataclass(frozen=True, slots=True)
class SetDueDate(Action):
    """So long after the rule acts."""

    kind = "set_due_date"

    due_in: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AddComment(Action):
    kind = "add_comment"
    has_words = True

    text: str = ""


@dataclass(frozen=True, slots=True)
class AddTags(Action):
    kind = "add_tag"

    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notify(Action):
    """Tell people and teams something about the task, through the channels they have chosen."""

    kind = "notify"
    has_words = True

    to: Recipients = Recipients()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Escalate(Action):
    kind = "escalate"
