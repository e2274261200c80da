"""What a form shows before a person has answered."""

from collections.abc import Mapping
from typing import Any

from tasks.domain.answers import check
from tasks.domain.form import Field
from tasks.domain.placeholders import look_up


def prefilled(field: Field, variables: Mapping[str, Any]) -> Any:
    """What stands in the field before a person has answered: the variable it names, else its default, else None.

    A variable whose value the field would not take is no answer.
    """
    known = look_up(field.prefill, variables) if field.prefill else None
    if known is not None:
        value, fault = check(field, known)
        if not fault:
            return value
    return field.default
