"""The commands people start, as they start them: real processes, real signals."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from taskhub.testing.live import LiveSystem
from taskhub.testing.migrated import ROOT
from taskhub.testing.services import free_port, wait_until

pytestmark = pytest.mark.processes

STOP_SECONDS = 10
START_SECONDS = 5 * (4 if {"CI", "PYTEST_XDIST_WORKER"} & set(os.environ) else 1)
"""A second start has five seconds; a machine that is busy with other tests gets more."""


def ready(system: LiveSystem) -> str:
    with urlopen(f"{system.url}/readyz", timeout=5) as answer:
        return str(answer.read().decode())


def stopped_within(process: subprocess.Popen[bytes], sent: signal.Signals) -> float:
    started = time.monotonic()
    process.send_signal(sent)
    process.wait(STOP_SECONDS + 5)
    return time.monotonic() - started


def owe_and_wait(system: LiveSystem) -> None:
    """Leaves work that nobody is nudged about, and waits until a worker has found and done it."""
    system.manage("shell", "-c", OWE)
    wait_until(lambda: "left: 0" in system.manage("shell", "-c", OWED), why=f"nobody did it\n{system.logs()}")


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT], ids=lambda sent: sent.name)
def test_run_answers_prints_its_address_and_ends_at_a_signal(live_embedded: LiveSystem, sent: signal.Signals) -> None:
    process = live_embedded.start("run")
    assert '"ok"' in ready(live_embedded)
    assert stopped_within(process, sent) < STOP_SECONDS
    assert f"TaskHub listens on {live_embedded.url}" in live_embedded.logs()
    assert not live_embedded.answers()


def test_a_second_start_is_up_in_seconds(live_embedded: LiveSystem) -> None:
    live_embedded.start("run").terminate()
    wait_until(lambda: not live_embedded.answers(), seconds=STOP_SECONDS)
    started = time.monotonic()
    live_embedded.start("run")
    assert time.monotonic() - started < START_SECONDS


def test_run_makes_its_own_environment_and_database_in_a_fresh_clone(tmp_path: Path) -> None:
    """Everything but the download: pip is replaced by a note of what it was asked to install."""
    clone = tmp_path / "clone"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".venv", "var", ".git", "__pycache__", ".*_cache"))
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    fake = bin_folder / "python3"
    fake.write_text(FAKE_PYTHON.format(python=sys.executable))
    fake.chmod(0o755)
    environment = {
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PORT": str(free_port()),
        "TASKHUB_DEMO": "0",
        "HOME": str(tmp_path),
    }
    for _ in ("first start", "second start"):
        run_once(clone, environment, tmp_path / "run.log")
    assert (clone / "var/taskhub.sqlite3").exists()
    installed = (clone / ".venv/pip.log").read_text().splitlines()
    assert [line.split()[-1] for line in installed] == ["requirements.txt"], "the second start installs nothing"
    assert (clone / "var/secret_key").stat().st_mode & 0o777 == 0o600


def run_once(clone: Path, environment: dict[str, str], log: Path) -> None:
    """Starts it, waits until it answers, ends it."""
    with log.open("ab") as output:
        process = subprocess.Popen([clone / "bin/run"], env=environment, cwd=clone.parent, stdout=output, stderr=output)
    try:
        wait_until(lambda: process.poll() is not None or answers(environment["PORT"]), why="no answer")
        assert process.poll() is None, log.read_text()
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


FAKE_PYTHON = """#!/bin/sh
# Stands where the system's Python does: makes an environment that is this one's, and notes what pip is asked for.
if [ "$1 $2" = "-m venv" ]; then
    mkdir -p .venv/bin && touch .venv/bin/pip && chmod +x .venv/bin/pip
    cat > .venv/bin/python <<'END'
#!/bin/sh
if [ "$1 $2" = "-m pip" ]; then echo "$@" >> .venv/pip.log; else exec {python} "$@"; fi
END
    chmod +x .venv/bin/python
else
    exec {python} "$@"
fi
"""


def answers(port: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_run_says_so_when_the_port_is_taken(live_embedded: LiveSystem) -> None:
    live_embedded.start("run")
    second = subprocess.run(
        [ROOT / "bin/run"], env=live_embedded.environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert second.returncode == 1
    assert f"Port {live_embedded.environment['PORT']}" in second.stderr
    assert "choose another: PORT=" in second.stderr


def test_the_embedded_worker_does_what_is_owed(live_embedded: LiveSystem) -> None:
    """The beat inside the web process finds an entry that no commit of this process has nudged."""
    live_embedded.start("run")
    owe_and_wait(live_embedded)


def test_web_worker_and_scheduler_do_what_is_owed_and_end_at_sigterm(live_processes: LiveSystem) -> None:
    parts = [live_processes.start(part) for part in ("web", "worker", "scheduler")]
    assert '"ok"' in ready(live_processes)
    owe_and_wait(live_processes)
    assert max(stopped_within(part, signal.SIGTERM) for part in parts) < STOP_SECONDS


def test_run_with_postgresql_and_redis_starts_and_ends_all_parts(live_processes: LiveSystem) -> None:
    process = live_processes.start("run")
    owe_and_wait(live_processes)
    assert stopped_within(process, signal.SIGTERM) < STOP_SECONDS + 2
    assert not live_processes.answers()


@pytest.mark.parametrize("part", ["worker", "scheduler"])
def test_a_worker_of_its_own_is_refused_without_redis(live_embedded: LiveSystem, part: str) -> None:
    run = subprocess.run(
        [ROOT / "bin" / part], env=live_embedded.environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert run.returncode == 2
    assert "REDIS_URL is not set" in run.stderr


def test_readyz_tells_a_lost_redis_from_a_lost_database(live_processes: LiveSystem) -> None:
    live_processes.start("web", REDIS_URL="redis://127.0.0.1:1/0")
    assert '"degraded"' in ready(live_processes)
    live_processes.stop()
    live_processes.start("web", DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    started = time.monotonic()
    with pytest.raises(HTTPError) as refused:
        ready(live_processes)
    with refused.value as answer:
        assert answer.code == 503
    assert time.monotonic() - started < 5
    assert live_processes.answers(), "the process still lives"


OWE = """
from accounts.access import identity, project_access
from accounts.models import Membership, Organization, Project, User
from tasks import commands
from tasks.models import OutboxEntry

acme = Organization.objects.create(slug="acme", name="Acme")
ana = User.objects.create_user("ana")
Membership.objects.create(organization=acme, user=ana)
project = Project.objects.create(organization=acme, slug="p", name="P", is_default=True)
actor = identity(ana.pk)
commands.create(actor=actor, project=project_access(actor, id=project.pk), source="hub", title="Call back")
assert OutboxEntry.objects.exists()
"""
OWED = """
from tasks.models import OutboxEntry
print("left:", OutboxEntry.objects.count())
"""
