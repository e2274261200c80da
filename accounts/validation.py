"""Model validation in the words of `accounts.errors`, for commands."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models

from accounts.errors import Conflict, InvalidInput

TAKEN = {"unique", "unique_together"}


def save(row: models.Model, *, update_fields: list[str] | None = None) -> None:
    """Checks the row as its model says and saves it. Raises InvalidInput, or Conflict for what is taken."""
    with told_apart():
        row.full_clean(validate_constraints=True)
        row.save(update_fields=update_fields)


@contextmanager
def told_apart(field: str = "") -> Iterator[None]:
    """Turns Django's errors into ours; of several, the first. A twin who was faster is a Conflict, too."""
    try:
        yield
    except ValidationError as error:
        raise _translated(error, field) from None
    except IntegrityError:
        raise Conflict("It exists already.") from None


def _translated(error: ValidationError, field: str) -> Conflict | InvalidInput:
    problems = [error]
    if hasattr(error, "error_dict"):
        field, problems = next(iter(error.error_dict.items()))
    problem = problems[0]
    text = " ".join(problem.messages)
    if getattr(problem, "code", None) in TAKEN or field == NON_FIELD_ERRORS:
        return Conflict(text, field=field)
    return InvalidInput(text, field=field)
