"""`manage.py basic FILE --user NAME`: runs a BASIC script as that person."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import identity
from accounts.actor import Actor
from accounts.errors import NoMembership
from accounts.models import Membership
from taskhub import basic


class Command(BaseCommand):
    help = "Runs a BASIC script as somebody and prints what it talks. All of it takes effect, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the script; - for standard input")
        parser.add_argument("--user", required=True, help="the username of who does it")
        parser.add_argument("--organization", help="the slug of where; by default the first one they joined")

    def handle(self, *, file: str, user: str, organization: str | None = None, **_: Any) -> None:
        actor = _person(user, organization)
        try:
            script = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
            finished = basic.run(actor, script)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from None
        except basic.ScriptError as error:
            raise CommandError(f"{file}:{error.line}:{error.column}: {error.message}") from None
        for line in finished.output:
            self.stdout.write(line)


def _person(username: str, organization: str | None) -> Actor:
    homes = Membership.objects.filter(user__username=username)
    if organization is not None:
        homes = homes.filter(organization__slug=organization)
    home = homes.order_by("id").first()
    try:
        if home is not None:
            return identity(home.user_id, home.organization_id)
    except NoMembership:
        pass
    raise CommandError(f"{username} is not known{f' at {organization}' if organization else ''}.")
