"""People: made, made members, and given the role, name and password that the file says."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from accounts import commands
from accounts.actor import Role
from accounts.errors import Conflict
from accounts.models import Membership, User
from taskhub.provisioning import values

from .section import Answer, Context, Entry, Section, differing, given

Hashes = dict[tuple[str, str], str]


def prepare(entries: Sequence[Entry]) -> Hashes:
    """(username, password) -> hash, for each password that is not the person's already. Slow, so by several threads."""
    asked = {(entry["username"], entry["password"]) for entry in entries if "password" in entry}
    known = dict(User.objects.filter(username__in={name for name, _ in asked}).values_list("username", "password"))

    def hashed(pair: tuple[str, str]) -> str:
        username, password = pair
        is_theirs = username in known and check_password(password, known[username])
        return "" if is_theirs else make_password(password)

    pairs = sorted(asked)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return {pair: text for pair, text in zip(pairs, pool.map(hashed, pairs), strict=True) if text}


def apply(context: Context, entry: Entry) -> Answer:
    user = User.objects.filter(username=entry["username"]).first()
    user = _create(context, entry) if user is None else _update(context, entry, user)
    return {"id": str(user.uuid), "number": str(user.pk)}


def _create(context: Context, entry: Entry) -> User:
    return commands.create_user(
        actor=context.actor,
        username=entry["username"],
        role=role_of(entry) or Role.MEMBER,
        password_hash=context.prepared.get((entry["username"], entry.get("password")), ""),
        uuid=UUID(entry["id"]) if "id" in entry else None,
        **given(entry, "name", "email", "timezone"),
    )


def _update(context: Context, entry: Entry, user: User) -> User:
    if "id" in entry and UUID(entry["id"]) != user.uuid:
        raise Conflict("This person has another id.", field="id")
    changes = differing(user, given(entry, "name", "email", "timezone"))
    if changes:
        commands.update_user(actor=context.actor, user_id=user.pk, **changes)
    password_hash = context.prepared.get((entry["username"], entry.get("password")))
    if password_hash and password_hash != user.password:  # who stands in two organizations was given it a moment ago
        commands.set_password(actor=context.actor, user_id=user.pk, password_hash=password_hash, now=context.now)
    _place(context, entry, user)
    return user


def _place(context: Context, entry: Entry, user: User) -> None:
    membership = Membership.objects.filter(organization=context.organization, user=user).first()
    role = role_of(entry)
    if membership is None:
        commands.add_member(actor=context.actor, user_id=user.pk, role=role or Role.MEMBER)
    elif role is not None and membership.role != role:
        commands.change_role(actor=context.actor, user_id=user.pk, role=role)


def role_of(entry: Entry) -> Role | None:
    return Role[entry["role"].upper()] if "role" in entry else None


SECTION = Section(
    name="users",
    key="username",
    properties={
        "id": values.UUID,
        "username": values.USERNAME,
        "name": values.text(200),
        "email": values.text(254),
        "timezone": values.TIMEZONE,
        "role": values.one_of(*(role.word for role in Role)),
        "password": values.text(1_000, 1),
    },
    required=("username",),
    apply=apply,
    prepare=prepare,
)
