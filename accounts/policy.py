"""Who may change people, rights and credentials. One function per question; each raises NotAllowed or returns."""

from accounts.actor import SCOPES, Actor, Role
from accounts.errors import InvalidInput, NotAllowed, NotFound
from accounts.models import Membership, User

SCOPES_OF_ROLE: dict[Role, frozenset[str]] = {
    Role.VIEWER: frozenset({"task.read", "workflow.read"}),
    Role.MEMBER: frozenset(SCOPES) - {"admin"},
    Role.MANAGER: frozenset(SCOPES) - {"admin"},
    Role.ADMIN: frozenset(SCOPES),
}
"""The scopes that mean something for a role: a key of that person cannot be given more."""


def administer(actor: Actor, organization_id: int) -> None:
    """People, teams, projects and keys are the business of the organization's admins."""
    if actor.organization_id != organization_id:
        raise NotFound("There is no such organization.", code="organization_not_found")
    if actor.role < Role.ADMIN or not actor.may("admin"):
        raise NotAllowed("Only an administrator of the organization may do this.")


def control_person(actor: Actor, person: User) -> None:
    """Password and disabling concern a person everywhere: for their own, or an admin of all their organizations.

    An admin of one organization must not be able to sign in as somebody who also works for another.
    """
    if actor.kind == "system" or (actor.kind == "user" and actor.user_id == person.pk):
        return
    administer(actor, actor.organization_id)
    memberships = list(Membership.objects.filter(user=person).values_list("organization_id", flat=True))
    if actor.organization_id not in memberships:
        raise NotFound("There is no such person.", code="user_not_found")
    if set(memberships) != {actor.organization_id} or person.is_superuser:
        raise NotAllowed("This person also belongs to another organization.")


def issue_key(actor: Actor, person: Actor, scopes: frozenset[str]) -> None:
    """Everybody may have keys of their own, an admin gives them to others; never more than giver and bearer have."""
    if actor.user_id != person.user_id or actor.kind == "system":
        administer(actor, person.organization_id)
    unknown = sorted(scopes - set(SCOPES))
    if unknown or not scopes:
        raise InvalidInput(f"Scopes are some of: {', '.join(SCOPES)}.", field="scopes")
    beyond = scopes - SCOPES_OF_ROLE[person.role]
    if actor.scopes is not None and "admin" not in actor.scopes:
        beyond |= scopes - actor.scopes
    if beyond:
        raise NotAllowed(f"The key would reach further than its owner or you: {', '.join(sorted(beyond))}.")
