"""What the rules need to know of a task, as plain values."""

from dataclasses import dataclass
from decimal import Decimal

from .lifecycle import ShareState, State


@dataclass(frozen=True, slots=True)
class Share:
    """One assignee's part: of a person, or of a team whose members may claim it.

    `claimed_from` is the team whose share it was before this person claimed it.
    """

    id: int
    user_id: int | None
    team_id: int | None
    weight: Decimal
    state: ShareState = ShareState.PENDING
    claimed_from: int | None = None

    @property
    def is_pending(self) -> bool:
        return self.state == ShareState.PENDING

    @property
    def counts(self) -> bool:
        """Whether it is still part of the task: replaced shares are history."""
        return self.state != ShareState.REPLACED


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task as the rules see it. `weight` is required, `performed_weight` reached so far."""

    state: State
    weight: Decimal
    performed_weight: Decimal = Decimal(0)
    shares: tuple[Share, ...] = ()

    @property
    def pending(self) -> tuple[Share, ...]:
        return tuple(share for share in self.shares if share.is_pending)

    @property
    def missing(self) -> Decimal:
        """The weight that is still to be performed; never negative."""
        return max(self.weight - self.performed_weight, Decimal(0))

    def own_share(self, user_id: int | None) -> Share | None:
        """The share this person holds: of several the pending one, else the latest."""
        own = [
            share for share in self.shares if share.counts and share.user_id is not None and share.user_id == user_id
        ]
        return next((share for share in own if share.is_pending), own[-1] if own else None)

    def team_share(self, team_ids: tuple[int, ...]) -> Share | None:
        """A share that members of these teams may claim; else one that a member of them has claimed."""
        free = next((share for share in self.pending if share.team_id in team_ids), None)
        return free or next((share for share in self.shares if share.counts and share.claimed_from in team_ids), None)
