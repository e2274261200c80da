"""Teams and who is in them."""

from collections.abc import Collection

from django.db import transaction

from accounts import policy
from accounts.actor import Actor
from accounts.credential_cache import forget_when_committed
from accounts.errors import InvalidInput, NotFound
from accounts.models import Membership, Organization, Team
from accounts.validation import save


@transaction.atomic
def create_team(*, actor: Actor, slug: str, title: str, members: Collection[int] = ()) -> Team:
    """A new team of these members (user ids)."""
    policy.administer(actor, actor.organization_id)
    organization = Organization.objects.get(pk=actor.organization_id)
    team = Team(organization=organization, slug=slug, title=title, name=Team.group_name(organization, slug))
    save(team)
    set_team_members(actor=actor, team_id=team.pk, members=members)
    return team


@transaction.atomic
def update_team(*, actor: Actor, team_id: int, title: str) -> Team:
    """A new title; the slug stays, because other systems name the team by it."""
    team = _team(actor, team_id)
    team.title = title
    save(team, update_fields=["title"])
    return team


@transaction.atomic
def set_team_members(*, actor: Actor, team_id: int, members: Collection[int]) -> Team:
    """The team is now exactly these people (user ids), all of them members of the organization."""
    team = _team(actor, team_id)
    wanted = set(members)
    known = Membership.objects.filter(organization_id=actor.organization_id, user_id__in=wanted)
    if known.count() != len(wanted):
        raise InvalidInput("A team consists of members of the organization.", field="members")
    team.user_set.set(wanted)
    forget_when_committed()
    return team


def _team(actor: Actor, team_id: int) -> Team:
    policy.administer(actor, actor.organization_id)
    teams = Team.objects.filter(organization_id=actor.organization_id, pk=team_id)
    team = teams.select_for_update(of=("self",)).first()
    if team is None:
        raise NotFound("There is no such team.", code="team_not_found")
    return team
