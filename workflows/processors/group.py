"""The processor `group`: finds the key by which documents belong together, such as a customer or case number.

Options: exactly one of `key` (a variable, such as `extraction.customer`) and `pattern` (its first group is the key).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.domain.form import Field
from tasks.domain.placeholders import look_up
from workflows.processing.registry import Call, Input, Issue, Output

from . import patterns
from .files import facts, notes, read
from .options import Options

ANSWER = "group"
MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class _Plan:
    key: str
    pattern: Any


def check(options: Mapping[str, Any], fields: Sequence[Field]) -> None:
    """Raise ValueError for options that mean nothing."""
    _plan(options)


def group(work: Input, call: Call) -> Output:
    """Raises Unreadable."""
    plan = _plan(work.options)
    if plan.key:
        found, metadata, issues = look_up(plan.key, work.variables), {}, []
    else:
        content = read(work)
        found, metadata, issues = patterns.first(plan.pattern, content.text), facts(content), notes(content)
    key = _plain(found)
    if not key:
        issues.append(Issue("missing", "There is no key to group this document by.", ANSWER))
    return Output({ANSWER: key or None}, issues, metadata)


def _plain(found: Any) -> str:
    """The key as it is compared: one line, as it was written."""
    if found is None or isinstance(found, list | Mapping):
        return ""
    return " ".join(str(found).split())[:MAX_KEY]


def _plan(said: Mapping[str, Any]) -> _Plan:
    options = Options(said)
    options.only("key", "pattern")
    plan = _Plan(options.text("key"), options.pattern("pattern"))
    if bool(plan.key) == (plan.pattern is not None):
        raise ValueError("'group' needs either a key or a pattern.")
    return plan
