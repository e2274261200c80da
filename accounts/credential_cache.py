"""What this process remembers of credentials and rights, for a second at most (ADR 0010).

Entries age from the moment before their rows were read, so a revocation is felt everywhere within
settings.CREDENTIAL_CACHE_SECONDS without any state that processes share.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from cachetools import TLRUCache
from django.conf import settings
from django.db import transaction

MAX_ENTRIES = 10_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Entry:
    value: Any
    read_at: float


def _until(_: Hashable, entry: _Entry, __: float) -> float:
    return entry.read_at + settings.CREDENTIAL_CACHE_SECONDS


_lock = threading.Lock()
_entries: TLRUCache[Hashable, _Entry] = TLRUCache(MAX_ENTRIES, ttu=_until, timer=time.monotonic)
_generation = 0


def remembered(key: Hashable, load: Callable[[], T]) -> T:
    """The value of `key`, loaded unless it is remembered. None is never kept: what is new shows at once."""
    with _lock:
        entry = _entries.get(key)
        generation = _generation
    if entry is not None:
        return cast(T, entry.value)
    entry = _Entry(read_at=time.monotonic(), value=load())
    if entry.value is not None:
        _keep(key, entry, generation)
    return cast(T, entry.value)


def _keep(key: Hashable, entry: _Entry, generation: int) -> None:
    """Keeps `entry` unless somebody forgot everything while it was read: then it may already be wrong."""
    with _lock:
        if generation == _generation:
            _entries[key] = entry


def forget() -> None:
    """Empties the memory of this process."""
    global _generation
    with _lock:
        _generation += 1
        _entries.clear()


def forget_when_committed() -> None:
    """What a command that changes rights calls: its own transaction reads afresh, and so does everyone after it."""
    forget()
    transaction.on_commit(forget)
