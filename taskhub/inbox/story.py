"""A task's history in words. One sentence per event type; pure, names and comments are given."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import get_text_list

from taskhub.inbox import words
from taskhub.inbox.roster import Names
from taskhub.inbox.work import in_words
from tasks.parts import EventPart

AUTOMATIC = frozenset({"system", "rule"})
Payload = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """Something that happened, as the page tells it: who, what, and what was said."""

    type: str
    icon: str
    who: str
    what: str
    at: datetime
    said: str = ""
    """A comment, shown as a quotation of its own."""
    why: str = ""
    """The reason given with an action."""
    is_person: bool = True
    anchor: str = ""


@dataclass(frozen=True)
class Sentence:
    icon: str
    say: Callable[[Payload, Names], str]
    quiet: bool = False
    """Told in the full history only."""


def _listed(names: list[str]) -> str:
    return get_text_list(names, "and") if names else "nobody"


def _created(payload: Payload, names: Names) -> str:
    given = names.all(payload.get("users", ()), payload.get("teams", ()))
    return f"created the task for {_listed(given)}" if given else "created the task"


def _presented(payload: Payload, names: Names) -> str:
    given = names.all(payload.get("users", ()), payload.get("teams", ()))
    return f"gave the task to {_listed(given)}" if given else "gave the task to people"


def _reassigned(payload: Payload, names: Names) -> str:
    to = _listed(names.all(payload.get("users", ()), payload.get("teams", ())))
    of = names.all(payload.get("from_users", ()), payload.get("from_teams", ()))
    return f"reassigned the task from {_listed(of)} to {to}" if of else f"assigned the task to {to}"


def _performed(payload: Payload, names: Names) -> str:
    return f"did their share of {_short(payload.get('weight'))}" + _with_outcome(payload)


def _declined(payload: Payload, names: Names) -> str:
    return "declined the task" if payload.get("closes") else "declined their share"


def _completed(payload: Payload, names: Names) -> str:
    return "completed the task" + _with_outcome(payload)


def _with_outcome(payload: Payload) -> str:
    return f": {payload['outcome']}" if payload.get("outcome") else ""


def _canceled(payload: Payload, names: Names) -> str:
    sign = words.CLOSED_REASONS.get(payload.get("closed_reason", ""))
    return f"{sign.word.lower()} the task" if sign else "canceled the task"


def _updated(payload: Payload, names: Names) -> str:
    fields = sorted(_FIELDS.get(name, name) for name in payload.get("fields", ()))
    return f"changed the {_listed(fields)}"


def _escalated(payload: Payload, names: Names) -> str:
    return f"escalated the task to level {payload.get('level', 1)}"


def _claimed(payload: Payload, names: Names) -> str:
    return f"claimed it from {names.team(payload.get('team'))}"


def _released(payload: Payload, names: Names) -> str:
    return f"gave it back to {names.team(payload.get('team'))}"


def _attached(payload: Payload, names: Names) -> str:
    return f"attached {payload.get('name', 'a file')}"


def _commented(payload: Payload, names: Names) -> str:
    called = payload.get("mentioned", ())
    return f"commented, calling {_listed(names.all(called, ()))}" if called else "commented"


def _called(payload: Payload, names: Names) -> str:
    return f"mentioned {_listed(names.all(payload.get('users', ()), ()))}"


def _progressed(payload: Payload, names: Names) -> str:
    return f"said it is {payload.get('progress', 0)} % done"


def _item(what: str) -> Callable[[Payload, Names], str]:
    return lambda payload, names: f"{what} “{payload.get('text', '')}”"


def _spent(payload: Payload, names: Names) -> str:
    return f"spent {in_words(payload.get('minutes', 0))}"


def _told(payload: Payload, names: Names) -> str:
    return f"told {_listed(names.all(payload.get('users', ()), ()))}: {payload.get('text', '')}"


def _plain(text: str) -> Callable[[Payload, Names], str]:
    return lambda payload, names: text


def _short(weight: object) -> str:
    return f"{float(str(weight or 0)):g}"


_FIELDS = {"due_at": "due date", "metadata": "data"}

SENTENCES: dict[str, Sentence] = {
    "task.created": Sentence("plus", _created),
    "task.started": Sentence("play", _plain("started working")),
    "task.claimed": Sentence("hand", _claimed),
    "task.released": Sentence("undo-2", _released),
    "share.performed": Sentence("check", _performed),
    "share.declined": Sentence("x", _declined),
    "task.completed": Sentence("circle-check", _completed),
    "task.declined": Sentence("circle-x", _plain("closed the task: too little of it can still be done"), quiet=True),
    "task.canceled": Sentence("ban", _canceled),
    "task.failed": Sentence("triangle-alert", _plain("marked the task as failed")),
    "task.reopened": Sentence("rotate-ccw", _plain("reopened the task")),
    "task.unlocked": Sentence("lock-open", _plain("unlocked the task")),
    "task.presented": Sentence("user-plus", _presented),
    "task.reprocessed": Sentence("loader", _plain("has the task processed again")),
    "task.reassigned": Sentence("arrow-right-left", _reassigned),
    "task.updated": Sentence("pencil", _updated),
    "task.deleted": Sentence("trash-2", _plain("deleted the task")),
    "task.overdue": Sentence("alarm-clock", _plain("noted that the task is overdue")),
    "task.escalated": Sentence("circle-arrow-up", _escalated),
    "task.progressed": Sentence("loader", _progressed),
    "comment.added": Sentence("message-square", _commented),
    "comment.mentioned": Sentence("message-square", _called, quiet=True),
    "checklist.added": Sentence("list", _item("added")),
    "checklist.changed": Sentence("list", _item("changed a point to")),
    "checklist.ticked": Sentence("circle-check", _item("ticked off")),
    "checklist.unticked": Sentence("circle", _item("took back")),
    "checklist.removed": Sentence("list", _item("removed")),
    "time.logged": Sentence("clock", _spent),
    "attachment.added": Sentence("paperclip", _attached),
    "task.reported": Sentence("flag", _plain("reported a problem")),
    "people.told": Sentence("bell", _told),
    "rule.stopped": Sentence("octagon-alert", _plain("stopped a rule here")),
    "watcher.added": Sentence("eye", _plain("is watching"), quiet=True),
    "watcher.removed": Sentence("eye-off", _plain("stopped watching"), quiet=True),
}
"""Event type -> how it is told. A type that is missing is told by its own name."""


def entries(events: Iterable[EventPart], names: Names, comments: dict[int, str], *, full: bool = False) -> list[Entry]:
    """The history in order. Unless `full`, without what only repeats the entry after it."""
    told = [_entry(event, names, comments) for event in events if full or not _repeats(event)]
    return told


def _repeats(event: EventPart) -> bool:
    sentence = SENTENCES.get(event.type)
    closes = event.type == "share.performed" and event.payload.get("closes")
    return bool(closes) or (sentence is not None and sentence.quiet)


def _entry(event: EventPart, names: Names, comments: dict[int, str]) -> Entry:
    sentence = SENTENCES.get(event.type) or Sentence("info", _plain(event.type))
    is_person = event.actor_kind not in AUTOMATIC
    return Entry(
        type=event.type,
        icon=sentence.icon,
        who=event.name if is_person else "TaskHub",
        what=sentence.say(event.payload, names),
        at=event.at,
        said=comments.get(event.payload.get("comment", 0), ""),
        why=_reason(event.payload),
        is_person=is_person,
        anchor=f"comment-{event.payload['comment']}" if event.payload.get("comment") else "",
    )


def _reason(payload: Payload) -> str:
    metadata = payload.get("metadata")
    in_metadata = metadata.get("reason", "") if isinstance(metadata, dict) else ""
    return str(payload.get("reason") or payload.get("note") or in_metadata)


def mentioned(events: Iterable[EventPart]) -> tuple[Collection[int], Collection[int]]:
    """The ids of people and teams whose names the history needs."""
    users: set[int] = set()
    teams: set[int] = set()
    for event in events:
        users.update(event.payload.get("users", ()), event.payload.get("from_users", ()))
        users.update(event.payload.get("mentioned", ()))
        teams.update(event.payload.get("teams", ()), event.payload.get("from_teams", ()))
        teams.update({event.payload["team"]} if event.payload.get("team") else ())
    return users, teams
