"""What processes use: time of the processor, which another user of the machine does not blur, and memory."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

import psutil


def family(pid: int) -> Iterator[psutil.Process]:
    """The process and all that descend from it."""
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(pid)
        yield first
        yield from first.children(recursive=True)


def cpu_seconds(pids: Iterable[int]) -> float:
    """The time that these processes and their descendants have had so far."""
    total = 0.0
    for pid in pids:
        for process in family(pid):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
    return total


def memory(pid: int) -> list[int]:
    """The bytes of the process and of each descendant; what they share is divided among them where the system says."""
    found = []
    for process in family(pid):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            full = process.memory_full_info()
            found.append(int(getattr(full, "pss", 0) or full.rss))
    return found
