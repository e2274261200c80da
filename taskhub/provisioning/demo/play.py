"""Lets the story happen, in the order of its moments, by the same commands that every door calls."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from accounts import commands as accounts
from accounts.access import identity, project_access
from accounts.actor import Actor
from accounts.models import ApiKey, Organization, Project, Team, User
from taskhub.provisioning.apply import provision
from tasks import commands, outbox
from tasks.commands import NewReference, NewShare
from tasks.domain.lifecycle import ClosedReason, State
from tasks.models import Deadline, Delivery, Task
from tasks.notifications.notices import EMAIL, IN_APP
from tasks.sweeps import sweep_deadlines

from . import story

ORGANIZATION = Path(__file__).with_name("organization.yaml")
SLUG, SYSTEMS, ADMIN, AUDITOR = "lindenhof", "systems", "ada", "nils"
SEEN_AFTER = timedelta(hours=20)
"""What people were told longer ago than this, they have seen."""


def load(now: datetime | None = None) -> None:
    """Makes the demo organization and its past: all of it or nothing."""
    now = (now or timezone.now()).replace(second=0, microsecond=0)
    with transaction.atomic():
        provision(ORGANIZATION.read_text(encoding="utf-8"), now - timedelta(days=30))
        stage = Stage.of(Organization.objects.get(slug=SLUG))
        stage.open()
        for at, happen in sorted(_happenings(stage, now), key=lambda pair: pair[0]):
            _let_time_pass(at)
            happen()
        _let_time_pass(now)
        _settle(now)


@dataclass(frozen=True)
class Stage:
    """Who and what the story names, found once."""

    actors: dict[str, Actor]
    teams: dict[str, UUID]
    projects: dict[str, int]

    @classmethod
    def of(cls, organization: Organization) -> "Stage":
        people = User.objects.filter(memberships__organization=organization)
        actors = {user.username: identity(user.pk, organization.pk) for user in people}
        key = ApiKey.objects.get(organization=organization)
        actors[SYSTEMS] = replace(
            actors[SYSTEMS], kind="key", scopes=frozenset(key.scopes), credential_id=str(key.uuid)
        )
        teams = dict(Team.objects.filter(organization=organization).values_list("slug", "uuid"))
        projects = dict(Project.objects.filter(organization=organization).values_list("slug", "pk"))
        return cls(actors, teams, projects)

    def open(self) -> None:
        """What a provisioning file does not say: ada may use the admin pages, the auditor sees the board."""
        admin = self.actors[ADMIN]
        User.objects.filter(username=ADMIN).update(is_staff=True)
        accounts.grant_project(
            actor=admin,
            project_id=self.projects["board"],
            permission="view_project",
            user_id=self.actors[AUDITOR].user_id,
        )

    def shares(self, to: tuple[story.Recipient, ...]) -> list[NewShare]:
        return [
            NewShare(team=self.teams[one.name[1:]], weight=one.weight)
            if one.name.startswith("@")
            else NewShare(user=self.actors[one.name].user_uuid, weight=one.weight)
            for one in to
        ]


Happening = tuple[datetime, Callable[[], object]]


def _happenings(stage: Stage, now: datetime) -> Iterator[Happening]:
    for chapter in story.chapters(now):
        made: list[Task] = []
        yield chapter.at, partial(_create, stage, chapter, made)
        for deed in chapter.deeds:
            yield deed.at, partial(_do, stage, deed, made)


def _create(stage: Stage, chapter: story.Chapter, made: list[Task]) -> None:
    actor = stage.actors[chapter.by]
    access = project_access(actor, id=stage.projects[chapter.project])
    assert access is not None, f"{chapter.by} may not see {chapter.project}"
    fields: dict[str, Any] = dict(chapter.fields)
    task = commands.create(
        actor=actor,
        project=access,
        source=chapter.source,
        assignees=stage.shares(chapter.to),
        watchers=[uuid for name in chapter.watchers if (uuid := stage.actors[name].user_uuid)],
        references=[NewReference(kind, key, label) for kind, key, label in chapter.references],
        state=State(fields.pop("state", State.PENDING)),
        now=chapter.at,
        **fields,
    )
    made.append(task)


def _do(stage: Stage, deed: story.Deed, made: list[Task]) -> None:
    arguments = dict(deed.arguments)
    if "to" in arguments:
        arguments["assignees"] = stage.shares(story.recipients(arguments.pop("to")))
    if "closed_reason" in arguments:
        arguments["closed_reason"] = ClosedReason(arguments["closed_reason"])
    getattr(commands, deed.verb)(actor=stage.actors[deed.who], task=made[0].pk, now=deed.at, **arguments)


def _let_time_pass(until: datetime) -> None:
    """Fires each deadline at its own moment."""
    while due := Deadline.objects.filter(fire_at__lte=until).aggregate(first=Min("fire_at"))["first"]:
        sweep_deadlines(due)


def _settle(now: datetime) -> None:
    """People were told what happened, have seen what is not new, and get no mail about a past that never was."""
    outbox.drain()
    Delivery.objects.filter(channel=EMAIL, state=Delivery.State.PENDING).delete()
    Delivery.objects.filter(channel=IN_APP).update(sent_at=F("created_at"))
    seen = Delivery.objects.filter(channel=IN_APP, created_at__lte=now - SEEN_AFTER)
    seen.update(read_at=F("created_at") + timedelta(minutes=40))
