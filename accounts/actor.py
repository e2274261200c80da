"""`Actor`: who does something. Every command, policy and list takes one; it is a value and reads nothing."""

from dataclasses import dataclass, replace
from enum import IntEnum
from uuid import UUID


class Role(IntEnum):
    """What a membership allows in its organization; a higher role may do all that a lower one may."""

    VIEWER = 1
    MEMBER = 2
    MANAGER = 3
    ADMIN = 4

    @property
    def word(self) -> str:
        """The role as documents and APIs spell it."""
        return self.name.lower()


SCOPES = ("task.read", "task.edit", "workflow.read", "workflow.execute", "admin")
"""What an API key may be narrowed to."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A verified identity within one organization.

    `kind` is user, key, rule or system. `scopes` is None for someone who is not narrowed. `cause_depth` counts the
    automatic steps that led here, so that loops of rules end.
    """

    kind: str
    organization_id: int
    role: Role
    user_id: int | None = None
    user_uuid: UUID | None = None
    username: str = ""
    name: str = ""
    timezone: str = "UTC"
    team_ids: tuple[int, ...] = ()
    scopes: frozenset[str] | None = None
    credential_id: str = ""
    cause_depth: int = 0

    @classmethod
    def system(cls, organization_id: int) -> "Actor":
        """TaskHub itself, acting in an organization: sweeps and migrations of data."""
        return cls(kind="system", organization_id=organization_id, role=Role.ADMIN, name="TaskHub")

    @property
    def is_manager(self) -> bool:
        return self.role >= Role.MANAGER

    def may(self, scope: str) -> bool:
        """Whether the credential reaches `scope`; the role is asked apart from it."""
        return self.scopes is None or scope in self.scopes or "admin" in self.scopes

    def caused(self) -> "Actor":
        """The same actor one automatic step further down the chain of causes."""
        return replace(self, cause_depth=self.cause_depth + 1)

    @property
    def person_id(self) -> int:
        """The user's id to look rows up by; 0, which nobody has, without a user: None would find empty columns."""
        return self.user_id or 0

    @property
    def principal(self) -> str:
        """A stable text for what is counted or remembered per caller: rate limits and idempotency keys."""
        return (
            f"{self.organization_id}:{self.kind}:{self.user_id or 0}:{self.credential_id if self.kind == 'key' else ''}"
        )
