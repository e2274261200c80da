"""Admin pages of workflows. Everything is shown; definitions and instances are changed through actions, by commands."""

from . import definitions, instances

__all__ = ["definitions", "instances"]
