"""Tables of processes. Rows are changed by `workflows.commands` and `workflows.store` only."""

from .definition import WorkflowDefinition
from .history import InstanceEvent
from .instance import StepRun, Timer, WorkflowInstance

__all__ = ["InstanceEvent", "StepRun", "Timer", "WorkflowDefinition", "WorkflowInstance"]
