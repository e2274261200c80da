"""Applies a provisioning file: all of it or nothing, and nothing where everything is as it says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import commands
from accounts.actor import Actor
from accounts.credential_cache import forget
from accounts.models import Organization

from . import document, schema
from .faults import Fault, Faulty, Path, gathered
from .sections import SECTIONS, Context, Section
from .sections.section import differing, given


def provision(text: str, now: datetime | None = None) -> dict[str, Any]:
    """Applies the YAML `text` and returns the answer. Raises Faulty with all that is wrong; then nothing changed."""
    file = document.read(text)
    schema.check(file)
    organizations = file["organizations"]
    prepared = {section.name: section.prepare(_entries(organizations, section)) for section in SECTIONS}
    faults: list[Fault] = []
    try:
        with transaction.atomic():
            answer = {
                entry["slug"]: _organization(entry, ("organizations", number), prepared, now or timezone.now(), faults)
                for number, entry in enumerate(organizations)
            }
            if faults:
                raise Faulty(faults)
    finally:
        forget()  # what was read in between may never have happened
    return {"organizations": answer}


def _entries(organizations: list[dict[str, Any]], section: Section) -> list[dict[str, Any]]:
    return [entry for organization in organizations for entry in organization.get(section.name, [])]


def _organization(
    entry: dict[str, Any], path: Path, prepared: Mapping[str, Any], now: datetime, faults: list[Fault]
) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    with gathered(faults, path):
        organization = _placed(entry)
        answer = {"id": str(organization.uuid), "number": str(organization.pk)}
        for section in SECTIONS:
            entries = entry.get(section.name, [])
            actor = Actor.system(organization.pk)
            context = Context(organization, actor, now, prepared[section.name], entries)
            told = _section(section, context, (*path, section.name), faults)
            if section.is_answered:
                answer[section.name] = told
    return answer


def _placed(entry: dict[str, Any]) -> Organization:
    organization = Organization.objects.filter(slug=entry["slug"]).first()
    wanted = given(entry, "name", "hostname", "timezone")
    if organization is None:
        return commands.create_organization(slug=entry["slug"], **wanted)
    if changes := differing(organization, wanted):
        actor = Actor.system(organization.pk)
        return commands.update_organization(actor=actor, organization_id=organization.pk, **changes)
    return organization


def _section(section: Section, context: Context, path: Path, faults: list[Fault]) -> dict[str, Any]:
    """Entry key -> what is told of it."""
    answer = {}
    for number, entry in enumerate(context.entries):
        with gathered(faults, (*path, number)):
            told = section.apply(context, entry)
            if told is not None:
                answer[entry[section.key]] = told
    return answer
