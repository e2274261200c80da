"""Automation rules as values: what sets one off, whether it matches, what it does. No Django, no clock, no database.

`read` makes a Rule of a document and names every fault by its path; `judge` says whether a rule matches plain facts,
and why not. Rows, rights and effects are in `workflows.automation`.
"""

from .reading import InvalidRule, read
from .rule import Rule, Verdict, judge
from .triggers import Trigger

__all__ = ["InvalidRule", "Rule", "Trigger", "Verdict", "judge", "read"]
