"""`manage.py verify_invariants`: a line per violation on stdout; exit 0 if there is none, else 1."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import autodiscover_modules

from accounts.invariants import REGISTRY


class Command(BaseCommand):
    help = "Checks what must always be true of the rows; prints a line per violation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true", help="only name the rules")

    def handle(self, *args: Any, **options: Any) -> None:
        autodiscover_modules("invariants")
        if options["list"]:
            for invariant in REGISTRY.values():
                self.stdout.write(f"{invariant.name}: {invariant.rule}")
            return
        broken = sum(self._check(name) for name in REGISTRY)
        self.stderr.write(f"{len(REGISTRY)} invariants, {broken} violations.")
        if broken:
            sys.exit(1)

    def _check(self, name: str) -> int:
        count = 0
        for line in REGISTRY[name].violations():
            self.stdout.write(f"{name}: {line}")
            count += 1
        return count
