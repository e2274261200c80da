"""Tables of processes. Rows are changed by `workflows.commands` and `workflows.store` only."""

from .definition import WorkflowDefinition
from .instance import StepRun, Timer, WorkflowInstance

__all__ = ["StepRun", "Timer", "WorkflowDefinition", "WorkflowInstance"]
