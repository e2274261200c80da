"""Tables of processes. Rows are changed by `workflows.commands`, `workflows.store`,
`workflows.automation` and `workflows.processing` only.
"""

from .definition import WorkflowDefinition
from .history import InstanceEvent
from .instance import StepRun, Timer, WorkflowInstance
from .rule import AutomationRule, RuleRun, TriggerEvent
from .upload import Document, DocumentTask, Processing, Upload

__all__ = [
    "AutomationRule",
    "Document",
    "DocumentTask",
    "InstanceEvent",
    "Processing",
    "RuleRun",
    "StepRun",
    "Timer",
    "TriggerEvent",
    "Upload",
    "WorkflowDefinition",
    "WorkflowInstance",
]
