"""A large upload: documents come in by the contract, and two worker processes read them until all wait for people.

Whether memory is flat is asked of the workers: after the first hundred documents, and after all.
"""

import time
from dataclasses import dataclass

import httpx2

from taskhub.provisioning.demo.papers import made
from taskhub.testing.services import wait_until

from .systems import System
from .usage import cpu_seconds, memory

AT_ONCE = 100
OWED = "SELECT count(*) FROM workflows_processing"


@dataclass(frozen=True, slots=True)
class Read:
    """So many documents, from the first file sent to the last one presented; bytes of each process of the workers."""

    documents: int
    seconds: float
    cpu: float
    """Seconds of the processor that the workers had."""
    early: list[int]
    late: list[int]

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / self.seconds

    @property
    def cost(self) -> float:
        """Seconds of the processor a document."""
        return self.cpu / self.documents

    @property
    def growth(self) -> float:
        """What the workers take at the end beside what they took after the first files."""
        return sum(self.late) / sum(self.early)


def read(system: System, worker: int, count: int) -> Read:
    """Sends `count` documents, a hundred at a time, into one upload; `worker` is the worker's process."""
    names = system.names
    base = f"{system.product.url}/v2/{names['id']}/project/{names['projects']['main']['id']}/upload"
    first = min(AT_ONCE, count)
    with httpx2.Client(headers=system.key("robot"), timeout=120) as client:
        started, cpu = time.monotonic(), cpu_seconds([worker])
        upload = _send(client, base, first, 0)
        wait_until(lambda: not _owed(system), seconds=600, why="the workers do not read the first documents")
        paused, early, resumed = time.monotonic(), memory(worker), time.monotonic()
        for sent in range(first, count, AT_ONCE):
            _send(client, f"{base}/{upload}", min(AT_ONCE, count - sent), sent)
        wait_until(lambda: not _owed(system), seconds=1200, why="the workers do not read all documents")
        seconds = (time.monotonic() - resumed) + (paused - started)
        _check(client.get(f"{base}/{upload}").raise_for_status().json(), count)
    return Read(count, seconds, cpu_seconds([worker]) - cpu, early, memory(worker))


def _send(client: httpx2.Client, address: str, count: int, sent: int) -> str:
    files = [("files", (f"{number}.pdf", _paper(number), "application/pdf")) for number in range(sent, sent + count)]
    answer = client.post(address, files=files).raise_for_status().json()
    return str(answer["upload_id"])


def _paper(number: int) -> bytes:
    return made({"pages": [[f"Invoice {number}", f"Reference: R-{number}", "Date: 02.03.2026", "Total: 12.50"]]})


def _owed(system: System) -> int:
    [(number,)] = system.rows(OWED)
    return int(number)


def _check(upload: dict[str, object], count: int) -> None:
    if upload["status"] != "REVIEWING":
        raise RuntimeError(f"the upload of {count} documents is {upload['status']}")
