"""Files that came with a form: kept with the task before the form is judged."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, QueryDict

from accounts.actor import Actor
from taskhub.inbox.forms.answers import PREFIX
from taskhub.inbox.forms.widgets import CHOSEN, REMOVED
from taskhub.uploads import too_large
from tasks import commands
from tasks.domain import files
from tasks.domain.errors import InvalidInput
from tasks.domain.form import Field
from tasks.models import Task


@dataclass(frozen=True)
class Kept:
    """What came with a form: its texts with the ids of the files that are kept now, and what was refused, by name."""

    data: QueryDict
    refused: dict[str, str]


def keep(request: HttpRequest, actor: Actor, task: Task, questions: Iterable[Field]) -> Kept:
    """Attach the files that were chosen for these questions. One of them refused is no reason to lose the others."""
    data, refused, large = request.POST.copy(), {}, too_large(request)
    for question in questions:
        field = PREFIX + question.name
        chosen = request.FILES.get(field + CHOSEN)
        try:
            if field + CHOSEN in large:
                raise files.too_large(settings.ATTACHMENT_MAX_BYTES)
            if chosen is not None:
                row = commands.attach(actor=actor, task=task.uuid, name=chosen.name or "", content=chosen)
                data[field] = str(row.uuid)
                data.pop(field + REMOVED, None)
        except InvalidInput as error:
            refused[question.name] = f"cannot be kept: {error.message[0].lower()}{error.message[1:]}"
    return Kept(data, refused)
