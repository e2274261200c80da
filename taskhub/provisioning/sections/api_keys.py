"""API keys, known by their names. The answer holds the secrets of those that were made in this call, and no others."""

import hmac

from accounts import api_keys, commands
from accounts.actor import SCOPES
from accounts.errors import InvalidInput
from accounts.models import ApiKey, Membership
from taskhub.provisioning import values

from .section import Answer, Context, Entry, Section


def apply(context: Context, entry: Entry) -> Answer:
    user_id = _user_id(context, entry)
    keys = ApiKey.objects.filter(organization=context.organization, name=entry["name"], revoked_at__isnull=True)
    key = keys.order_by("pk").first()
    if key is not None and _is_as_wanted(key, entry, user_id):
        return None
    if key is not None:
        commands.revoke_key(actor=context.actor, key_id=key.pk, now=context.now)
    _, secret = commands.issue_key(
        actor=context.actor,
        user_id=user_id,
        name=entry["name"],
        scopes=entry["scopes"],
        secret=entry.get("secret"),
        now=context.now,
    )
    return secret


def _user_id(context: Context, entry: Entry) -> int:
    members = Membership.objects.filter(organization=context.organization, user__username=entry["user"])
    user_id = members.values_list("user_id", flat=True).first()
    if user_id is None:
        raise InvalidInput("This person is not in this organization.", field="user")
    return user_id


def _is_as_wanted(key: ApiKey, entry: Entry, user_id: int) -> bool:
    """A key that would act otherwise is replaced and not changed: what was given out keeps its meaning."""
    same_secret = "secret" not in entry or hmac.compare_digest(key.digest, api_keys.digest_of(entry["secret"]))
    return same_secret and key.user_id == user_id and set(key.scopes) == set(entry["scopes"])


SECTION = Section(
    name="api_keys",
    key="name",
    properties={
        "name": values.name(100),
        "user": values.USERNAME,
        "scopes": {**values.several(values.one_of(*SCOPES)), "minItems": 1},
        "secret": values.text(200),
    },
    required=("name", "user", "scopes"),
    apply=apply,
)
