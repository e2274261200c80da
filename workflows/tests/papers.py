"""A pipeline that tests play through, and a processor that finds what the file says: JSON, or a word of trouble."""

import json
from typing import Any

from django.core.files.base import ContentFile

from workflows.commands import NewFile
from workflows.processing.registry import Call, Input, Issue, Output, Unreadable

INVOICES: dict[str, Any] = {
    "key": "invoices",
    "name": "Invoices",
    "steps": [
        {
            "key": "extraction",
            "name": "Extraction",
            "type": "automatic",
            "processor": "echo",
            "title": "Check {{document.name}}",
            "fields": [
                {"name": "total", "type": "number", "required": True},
                {"name": "net", "type": "number"},
            ],
            "rules": [
                {"must": "total >= net", "field": "total", "message": "The total is less than the net amount."},
                {"must": "total < 1000", "message": "So much is not paid here."},
            ],
            "filters": [{"when": "metadata.pages == 0", "reason": "An empty document"}],
            "review": "always",
            "assign": {"team": "sales"},
            "retry": {"attempts": 2, "wait": "PT10S"},
            "next": "classification",
        },
        {
            "key": "classification",
            "name": "Classification",
            "type": "automatic",
            "processor": "echo",
            "options": {"label": "invoice"},
            "fields": [{"name": "label", "type": "text", "required": True}],
            "review": "invalid",
        },
    ],
}


def echo(work: Input, call: Call) -> Output:
    """The data of the file, over what the options say; `pages` and `issues` of it stand apart."""
    with work.opened() as file:
        words = file.read().decode()
    if words == "unreadable":
        raise Unreadable("Nobody can read this.")
    if not words.startswith("{"):
        raise RuntimeError(words)
    said = json.loads(words)
    issues = [Issue(**issue) for issue in said.pop("issues", [])]
    pages = said.pop("pages", 1)
    names = {field.name for field in work.fields}
    found = {name: value for name, value in said.items() if name in names or name == "extra"}
    return Output({**work.options, **found}, issues, {"pages": pages})


def paper(name: str = "invoice.json", words: str | None = None, **said: Any) -> NewFile:
    """A file that says `words`, or these values as JSON."""
    said = said or {"total": 10, "net": 8}
    return NewFile(name, ContentFile((words or json.dumps(said)).encode()))
