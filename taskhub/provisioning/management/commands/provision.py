"""`manage.py provision FILE`: applies a provisioning file. On stdout stands one JSON object and nothing else."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from taskhub.provisioning.apply import provision
from taskhub.provisioning.faults import Faulty


class Command(BaseCommand):
    help = "Applies a declarative YAML file, idempotently, all or nothing; prints one JSON object."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a YAML file, or - for stdin")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            answer = provision(read(file))
        except Faulty as error:
            raise CommandError(f"Nothing has been applied.\n{error}") from None
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def read(file: str) -> str:
    """The file's text. Raises CommandError."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"Cannot read {file}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{file} is not UTF-8.") from None
