"""A project as one actor has it: for contracts whose addresses begin with one."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from accounts.access import ProjectAccess, project_access
from accounts.actor import Actor
from tasks import queries


@dataclass(frozen=True)
class Place:
    """`access` is None for somebody who may not view the project but is involved in tasks of it."""

    id: int
    uuid: UUID
    actor: Actor
    access: ProjectAccess | None

    @property
    def involved(self) -> Actor | None:
        """Of whose tasks alone there is something to see; None for somebody who sees the whole project."""
        return None if self.access else self.actor

    @classmethod
    def find(cls, actor: Actor, uuid: UUID | None) -> Self | None:
        """The project; None if the actor sees nothing in it, whatever the reason."""
        if uuid is None:
            return None
        access = project_access(actor, uuid=uuid)
        if access:
            return cls(access.id, uuid, actor, access)
        involved = queries.visible_to(actor).filter(project__uuid=uuid).values_list("project_id", flat=True).first()
        return cls(involved, uuid, actor, None) if involved else None
