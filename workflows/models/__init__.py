"""Tables of processes. Rows are changed by `workflows.commands`, `workflows.store` and `workflows.automation` only."""

from .definition import WorkflowDefinition
from .history import InstanceEvent
from .instance import StepRun, Timer, WorkflowInstance
from .rule import AutomationRule, RuleRun, TriggerEvent

__all__ = [
    "AutomationRule",
    "InstanceEvent",
    "RuleRun",
    "StepRun",
    "Timer",
    "TriggerEvent",
    "WorkflowDefinition",
    "WorkflowInstance",
]
