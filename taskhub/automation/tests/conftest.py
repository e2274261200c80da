"""The cast, and rules, for the tests of the rules' pages."""

from tasks.conftest import consistent_afterwards, do, eve, new_task, person, raw_rows, vera
from workflows.conftest import publish, rule, settle

__all__ = [
    "consistent_afterwards",
    "do",
    "eve",
    "new_task",
    "person",
    "publish",
    "raw_rows",
    "rule",
    "settle",
    "vera",
]
