"""`manage.py demo`: loads the demo organization into an empty database, and says how to sign in to it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import Organization
from taskhub.provisioning.demo import play

PEOPLE = (
    ("mara", "manager: sees and may change everything"),
    ("jonas", "member of the front desk"),
    ("ada", "administrator, may use /admin/"),
    ("nils", "viewer"),
)
PASSWORD = "lindenhof-demo"  # noqa: S105  known to everybody, for the demo only
KEY = "thk_demo_lindenhof_clinics"
PROJECT = "0199b1a0-0000-7000-8000-000000000001"


class Command(BaseCommand):
    help = "Loads the demo organization when the database has no organization yet, and prints its sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Organization.objects.exists():
            play.load()
        if Organization.objects.filter(slug=play.SLUG).exists():
            self.stdout.write(sign_ins())


def sign_ins() -> str:
    """What stands on the console: one "name / password" a line, and what a first API call needs."""
    people = "\n".join(f"  {name} / {PASSWORD}   ({who})" for name, who in PEOPLE)
    return (
        f"Demo organization Lindenhof Clinics. Sign in at {settings.BASE_URL}/signin/ as\n{people}\n"
        f"API key: {KEY}   (customers contract: {settings.BASE_URL}/v1/customers/{PROJECT}/tasks)"
    )
