"""Every way to change a task, one function each, whatever the door.

A command takes who acts (`actor`), what is meant and, for tests and history, `now`. It owns its transaction, decides by
`tasks.policy` and `tasks.domain` under the task's lock, records events and returns the task. It raises the errors of
`tasks.domain.errors`; then nothing has changed.
"""

from .assign import NewShare, claim, reassign, release
from .attach import attach
from .automatic import note_stopped, tag_each, tell_each
from .checklist import add_item, change_item, remove_item
from .close import cancel, delete, discard, fail, reopen, unlock
from .create import NewReference, NewTask, create
from .discuss import comment, comment_each, unwatch, watch
from .each import Answers, hold
from .edit import escalate, escalate_each, update, update_each
from .from_template import create_from_template
from .processed import Presentation, fail_each, filter_each, finish_each, present_each, process_each
from .report import report
from .spend import log_time, progress
from .templates import archive_template, create_template, restore_template, update_template
from .together import Opening, cancel_each, create_each
from .work import complete, decline, perform, start

__all__ = [
    "Answers",
    "NewReference",
    "NewShare",
    "NewTask",
    "Opening",
    "Presentation",
    "add_item",
    "archive_template",
    "attach",
    "cancel",
    "cancel_each",
    "change_item",
    "claim",
    "comment",
    "comment_each",
    "complete",
    "create",
    "create_each",
    "create_from_template",
    "create_template",
    "decline",
    "delete",
    "discard",
    "escalate",
    "escalate_each",
    "fail",
    "fail_each",
    "filter_each",
    "finish_each",
    "hold",
    "log_time",
    "note_stopped",
    "perform",
    "present_each",
    "process_each",
    "progress",
    "reassign",
    "release",
    "remove_item",
    "reopen",
    "report",
    "restore_template",
    "start",
    "tag_each",
    "tell_each",
    "unlock",
    "unwatch",
    "update",
    "update_each",
    "update_template",
    "watch",
]
