"""`manage.py recount`: work that is counted ahead is counted anew. For after rows were loaded past the triggers."""

from typing import Any

from django.core.management.base import BaseCommand

from tasks.rollups import folding


class Command(BaseCommand):
    help = "Counts the work anew that analytics has counted ahead. Whoever writes tasks waits meanwhile."

    def handle(self, **_: Any) -> None:
        folding.recount()
