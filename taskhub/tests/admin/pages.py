"""Where the admin pages are, and what tests look for on them."""

import re
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from accounts.models import RateHit

APPS: dict[str, list[type[Model]]] = {
    name: list(apps.get_app_config(name).get_models()) for name in ("accounts", "tasks", "workflows")
}
FOREIGN = re.compile(r"theirs[- ]|Globex|Dan Novak")
OF_SUPERUSERS = {RateHit}
PASSWORD = "another-horse-battery"


def page(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)
