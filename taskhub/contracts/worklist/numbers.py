"""Ids as the worklist spells them: decimal texts of the rows' numbers. Anything else is an id of nothing."""

import re

from tasks.domain.errors import no_such_task

MAX_LENGTH = 30
MAX_NUMBER = 2**63 - 1
_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


def number_of(text: str) -> int | None:
    """The number that `text` spells in the one way it is spelled; None if no row can have it."""
    if not _NUMBER.fullmatch(text) or int(text) > MAX_NUMBER:
        return None
    return int(text)


def task_number(text: str) -> int:
    """The number of a task in a path. Raises NotFound, as for a task that does not exist."""
    found = number_of(text)
    if found is None:
        raise no_such_task()
    return found
