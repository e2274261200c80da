"""Every way to change workflows, one function each, whatever the door.

A command takes who acts (`actor`), what is meant and, for tests and history, `now`. It owns its transaction and raises
the errors of `tasks.domain.errors`; then nothing has changed.
"""

from workflows.starting import Entity

from .definitions import change_draft, discard, publish, publish_document, retire, save_draft, validate
from .inline import start_inline
from .instances import Started, cancel, retry, start
from .messages import send_message
from .reviewing import Export, complete_review, export, retry_task, unlock
from .rules import create_rule, delete_rule, disable_rule, enable_rule, fire_trigger, unsaved_rule, update_rule
from .steps import Completed, complete
from .uploads import NewFile, Uploaded, upload

__all__ = [
    "Completed",
    "Entity",
    "Export",
    "NewFile",
    "Started",
    "Uploaded",
    "cancel",
    "change_draft",
    "complete",
    "complete_review",
    "create_rule",
    "delete_rule",
    "disable_rule",
    "discard",
    "enable_rule",
    "export",
    "fire_trigger",
    "publish",
    "publish_document",
    "retire",
    "retry",
    "retry_task",
    "save_draft",
    "send_message",
    "start",
    "start_inline",
    "unlock",
    "unsaved_rule",
    "update_rule",
    "upload",
    "validate",
]
