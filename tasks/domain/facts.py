"""What the rules need to know of a task, as plain values."""

from dataclasses import dataclass
from decimal import Decimal

from .lifecycle import ShareState, State


@dataclass(frozen=True, slots=True)
class Share:
    """One assignee's part: of a person, or of a team whose members may claim it."""

    id: int
    user_id: int | None
    team_id: int | None
    weight: Decimal
    state: ShareState

    @property
    def is_pending(self) -> bool:
        return self.state == ShareState.PENDING


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task as the rules see it. `weight` is required, `performed_weight` reached so far."""

    state: State
    weight: Decimal
    performed_weight: Decimal
    shares: tuple[Share, ...] = ()

    @property
    def pending(self) -> tuple[Share, ...]:
        return tuple(share for share in self.shares if share.is_pending)

    @property
    def missing(self) -> Decimal:
        """The weight that is still to be performed; never negative."""
        return max(self.weight - self.performed_weight, Decimal(0))

    def share_for(self, user_id: int | None, team_ids: tuple[int, ...]) -> Share | None:
        """The pending share that this person holds, else one of their teams' that they may claim."""
        own = next((share for share in self.pending if share.user_id is not None and share.user_id == user_id), None)
        return own or next((share for share in self.pending if share.team_id in team_ids), None)
