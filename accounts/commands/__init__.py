"""Every way to change people, rights and credentials, one function each, whatever the door.

Each owns its transaction, takes who acts (`actor`; provisioning acts as `Actor.system`), raises the errors of
`accounts.errors` (then nothing has changed) and makes this process forget what it remembered of rights.
"""

from .keys import issue_key, revoke_key
from .organizations import create_organization, update_organization
from .people import (
    add_member,
    change_role,
    create_user,
    disable_user,
    enable_user,
    remove_member,
    set_password,
    update_user,
)
from .projects import (
    create_project,
    grant_project,
    revoke_project,
    set_default_project,
    update_project,
)
from .teams import create_team, set_team_members, update_team

__all__ = [
    "add_member",
    "change_role",
    "create_organization",
    "create_project",
    "create_team",
    "create_user",
    "disable_user",
    "enable_user",
    "grant_project",
    "issue_key",
    "remove_member",
    "revoke_key",
    "revoke_project",
    "set_default_project",
    "set_password",
    "set_team_members",
    "update_organization",
    "update_project",
    "update_team",
    "update_user",
]
