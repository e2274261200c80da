"""Admin pages of workflows and rules. Everything is shown; rows are changed through actions, by commands."""

from . import definitions, instances, rules, uploads

__all__ = ["definitions", "instances", "rules", "uploads"]
