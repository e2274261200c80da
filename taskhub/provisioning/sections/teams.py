"""Teams and who is in them: exactly those the file names, where it names any."""

from accounts import commands
from accounts.errors import InvalidInput
from accounts.models import Membership, Team
from taskhub.provisioning import values

from .section import Answer, Context, Entry, Section


def apply(context: Context, entry: Entry) -> Answer:
    team = Team.objects.filter(organization=context.organization, slug=entry["slug"]).first()
    title = entry["name"]
    if team is None:
        team = commands.create_team(actor=context.actor, slug=entry["slug"], title=title)
    elif team.title != title:
        commands.update_team(actor=context.actor, team_id=team.pk, title=title)
    if "members" in entry:
        wanted = _user_ids(context, entry["members"])
        if wanted != set(team.user_set.values_list("pk", flat=True)):
            commands.set_team_members(actor=context.actor, team_id=team.pk, members=wanted)
    return {"id": str(team.uuid), "number": str(team.pk)}


def _user_ids(context: Context, usernames: list[str]) -> set[int]:
    rows = Membership.objects.filter(organization=context.organization, user__username__in=usernames)
    found = dict(rows.values_list("user__username", "user_id"))
    missing = [name for name in usernames if name not in found]
    if missing:
        raise InvalidInput(f"Not in this organization: {', '.join(missing)}.", field="members")
    return set(found.values())


SECTION = Section(
    name="teams",
    key="slug",
    properties={
        "slug": values.SLUG,
        "name": values.name(200),
        "members": values.several(values.USERNAME),
    },
    required=("slug", "name"),
    apply=apply,
)
