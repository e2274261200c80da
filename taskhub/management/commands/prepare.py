"""`manage.py prepare`: what comes before serving, as a step of its own."""

from typing import Any

from django.core.management.base import BaseCommand

from taskhub import preparation


class Command(BaseCommand):
    help = "Brings the database up to date and, when it is empty and TASKHUB_DEMO allows it, loads the demo."

    def handle(self, **_: Any) -> None:
        preparation.prepare()
