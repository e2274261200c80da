"""Work many rows together, and one by one where together fails: fast, and one broken row stops nobody else."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import transaction

logger = logging.getLogger(__name__)
T = TypeVar("T")


def together_or_alone(
    items: Sequence[T], work: Callable[[Sequence[T]], None], failed: Callable[[T, Exception], None]
) -> list[T]:
    """Call `work` with all items in a savepoint; if that raises, with each alone in its own, and `failed` for those
    that raise again. Returns the items whose work is done. Call it inside a transaction.
    """
    try:
        with transaction.atomic():
            work(items)
        return list(items)
    except Exception as error:
        if len(items) == 1:
            logger.exception("Work on %s failed", items[0])
            failed(items[0], error)
            return []
    return [done for item in items for done in together_or_alone([item], work, failed)]
