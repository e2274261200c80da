"""Who gets work that is to be spread: the least loaded member; among equals who was given work longest ago."""

from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.actor import Role
from accounts.models import Organization, Team, User
from tasks.domain.errors import WrongState
from tasks.models import Assignment


def choose(organization_id: int, team: Team | None) -> int:
    """The id of the member of the team, or of the organization, who gets the next task.

    Call it inside the transaction that gives it: two who choose at once do so one after the other. Raises WrongState
    where nobody is available.
    """
    # Whoever chooses for the same people waits here, and then sees the load that we have added.
    if team is not None:
        Team.objects.select_for_update(no_key=True, of=("self",)).filter(pk=team.pk).values_list("pk").first()
    else:
        Organization.objects.select_for_update(no_key=True).filter(pk=organization_id).values_list("pk").first()
    found = least_loaded(organization_id, team)
    if found is None:
        whom = f"the team '{team.slug}'" if team else "this organization"
        raise WrongState(f"Nobody of {whom} can be given work now.", verb="assign", state="unavailable")
    return found


def least_loaded(organization_id: int, team: Team | None) -> int | None:
    """The same in one query and without waiting for others; None where nobody is available."""
    worker = Q(memberships__organization_id=organization_id, memberships__role__gte=Role.MEMBER)
    people = User.objects.filter(worker, is_active=True)
    if team is not None:
        people = people.filter(groups=team.pk)
    shares = Assignment.objects.filter(user=OuterRef("pk"), organization_id=organization_id).order_by().values("user")
    load = shares.filter(is_open=True).annotate(count=Count("pk")).values("count")
    latest = Assignment.objects.filter(user=OuterRef("pk"), organization_id=organization_id).order_by("-assigned_at")
    given = latest.values("assigned_at")[:1]
    ranked = people.annotate(load=Coalesce(Subquery(load, output_field=IntegerField()), 0), given=Subquery(given))
    return ranked.order_by("load", F("given").asc(nulls_first=True), "pk").values_list("pk", flat=True).first()
