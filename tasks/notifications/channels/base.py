"""What a channel is."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from tasks.models import Delivery


class Channel(ABC):
    """A way to reach a person outside of TaskHub. An instance is a context that serves one batch."""

    name: str

    @abstractmethod
    def notify(self, delivery: Delivery) -> str:
        """Hand the message over and return the id it has outside; raise whatever kept it from being taken.

        The same delivery may be handed over twice after a crash: its `uuid` tells the receiver that it is the same.
        """

    def __enter__(self) -> Self:
        return self

    def __exit__(  # noqa: B027  most channels hold nothing
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let go of what the batch shared."""
