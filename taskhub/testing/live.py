"""A TaskHub of real processes on a database and a Redis of its own, for what threads in one process cannot show."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, LiteralString
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
from psycopg import sql

from .migrated import POSTGRES_VARIABLE, ROOT, SQLITE_VARIABLE
from .services import free_port, wait_until

STOP_SECONDS = 15
_numbers = count(1)


@dataclass
class LiveSystem:
    """Starts, kills and stops the parts of one system. `environment` may be changed before a part is started."""

    folder: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.environment["BASE_URL"]

    def start(self, part: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Starts bin/PART. Its log is PART-N.log in the folder. A web part answers when this returns."""
        log = self.folder / f"{part}-{len(self.processes)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(ROOT / "bin" / part), *options],
                env=self.environment | environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        if part in ("web", "run"):
            wait_until(lambda: self.answers() or process.poll() is not None, why=f"{part} does not answer")
            if process.poll() is not None:
                raise RuntimeError(f"bin/{part} ended:\n{log.read_text()[-3000:]}")
        return process

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=2) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """What `manage.py ARGUMENTS` prints in this system; raises when it fails."""
        run = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self.environment,
            cwd=ROOT,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            raise RuntimeError(f"manage.py {arguments[0]} failed:\n{run.stdout[-2000:]}{run.stderr[-3000:]}")
        return run.stdout

    def provision(self, content: str) -> Any:
        """Applies a provisioning file and returns its answer."""
        return json.loads(self.manage("provision", "-", stdin=content))

    def logs(self) -> str:
        return "\n".join(f"== {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log")))

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        """SIGKILL to the process and all its children, as a crash or a full machine would."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """SIGTERM to all, SIGKILL to those who stay."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            self.kill(process)


@contextmanager
def live_system(folder: Path, *, postgres: str = "", redis: str = "", **environment: str) -> Iterator[LiveSystem]:
    """A system with an empty, migrated database: on the PostgreSQL server given, else in a SQLite file."""
    port = str(free_port())
    name = f"live_{os.getpid()}_{next(_numbers)}"
    base = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    system = LiveSystem(
        folder,
        base
        | {
            "TASKHUB_PYTHON": sys.executable,
            "TASKHUB_VAR": str(folder),
            "TASKHUB_DEMO": "0",
            "SECRET_KEY": "for-tests-only-" + 40 * "y",
            "PORT": port,
            "BASE_URL": f"http://127.0.0.1:{port}",
            "REDIS_URL": redis,
            "DATABASE_URL": urlsplit(postgres)._replace(path=f"/{name}").geturl() if postgres else "",
        }
        | environment,
    )
    with _migrated_in_postgresql(system, postgres, name) if postgres else _migrated_in_sqlite(system):
        try:
            yield system
        finally:
            system.stop()


# Migrating takes seconds, so `bin/test` has done it once. Without it each test process does, and its further systems
# start from a copy.
_sqlite_template: list[bytes] = []
_postgresql_templates: dict[str, str] = {}


@contextmanager
def _migrated_in_sqlite(system: LiveSystem) -> Iterator[None]:
    file = system.folder / "taskhub.sqlite3"
    made = os.environ.get(SQLITE_VARIABLE)
    if made:
        shutil.copyfile(made, file)
    elif _sqlite_template:
        file.write_bytes(_sqlite_template[0])
    else:
        system.manage("migrate", "--verbosity", "0")
        _sqlite_template.append(file.read_bytes())
    yield


@contextmanager
def _migrated_in_postgresql(system: LiveSystem, server: str, name: str) -> Iterator[None]:
    with psycopg.connect(server, autocommit=True) as connection:
        template = os.environ.get(POSTGRES_VARIABLE) or _postgresql_templates.get(server)
        connection.execute(_command("CREATE DATABASE {}", name) + _command(" TEMPLATE {}", template or "template1"))
        try:
            if template is None:
                system.manage("migrate", "--verbosity", "0")
                _postgresql_templates[server] = f"{name}_template"
                connection.execute(_command("CREATE DATABASE {}", f"{name}_template") + _command(" TEMPLATE {}", name))
            yield
        finally:
            connection.execute(_command("DROP DATABASE {} WITH (FORCE)", name))


def _command(text: LiteralString, name: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(name))
