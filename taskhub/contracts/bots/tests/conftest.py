"""What the tests of the bots contract share with those of tasks: work in every state, and its checks afterwards."""

from tasks.conftest import consistent_afterwards, do, new_task, raw_rows

__all__ = ["consistent_afterwards", "do", "new_task", "raw_rows"]
