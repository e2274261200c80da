"""What is asked for when documents are uploaded."""

from typing import Any

from django import forms
from django.conf import settings

from accounts.access import visible_projects
from accounts.actor import Actor
from taskhub.inbox.renderer import PageForm
from tasks.domain.files import in_words
from workflows.commands.uploads import MAX_FILES

MOST_PROJECTS = 200


class Files(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Any number of files; the view reads and bounds them."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        return data


def files_hint() -> str:
    """The bounds, before somebody runs into them."""
    return f"1 to {MAX_FILES} files at a time, at most {in_words(settings.DOCUMENT_MAX_BYTES)} each."


class UploadForm(PageForm):
    """Where the documents go. The files themselves are read by the view, which bounds each of them."""

    project = forms.ChoiceField(label="Project", help_text="Its pipeline says what is read, and who looks at it.")
    files = FilesField(  # type: ignore[assignment]  # Django takes fields off the class
        label="Files", widget=Files({"data-drop": ""})
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = visible_projects(actor).order_by("-is_default", "name").values_list("uuid", "name")[:MOST_PROJECTS]
        self.offer("project", [(str(uuid), name) for uuid, name in projects])
        self.fields["files"].help_text = files_hint()
