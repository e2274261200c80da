"""`manage.py openapi` writes the contracts' OpenAPI documents to docs/openapi/; with `--check` it only compares."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from taskhub.contracts import openapi, registry


class Command(BaseCommand):
    help = "Writes the OpenAPI document of every contract; with --check it only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, fail if a document has changed")

    def handle(self, *, check: bool, **_: Any) -> None:
        changed = []
        for contract in registry.contracts():
            path, text = openapi.snapshot(contract), openapi.text(contract)
            if not path.exists() or path.read_text() != text:
                changed.append(path.name)
                if not check:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text)
        if check and changed:
            raise CommandError(f"Not as in docs/openapi: {', '.join(changed)}. Run manage.py openapi and review.")
        self.stdout.write(f"{'Changed' if changed else 'Unchanged'}: {', '.join(changed) or 'all documents'}")
