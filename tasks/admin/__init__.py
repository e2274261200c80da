"""Admin pages of tasks. Everything is shown; tasks are changed through actions that call commands."""

from . import history, notifications, reports, rollups, tasks, templates

__all__ = ["history", "notifications", "reports", "rollups", "tasks", "templates"]
