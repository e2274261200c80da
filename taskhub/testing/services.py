"""A PostgreSQL and a Redis of our own, on free loopback ports, in a temporary folder, gone when the tests are.

Standing apart from Django: `bin/test` starts them before any settings are read.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from . import leash, programs

START_SECONDS = 180.0
"""A limit and no pace: a machine on which much else runs may take a minute for what takes three seconds."""
POSTGRES_VARIABLE, REDIS_VARIABLE = "TASKHUB_TEST_POSTGRES", "TASKHUB_TEST_REDIS"
"""Where `bin/test` tells the test processes that a service runs already."""
TALLY_VARIABLE = "TASKHUB_TEST_TALLY"
"""Where it tells them to leave their counts."""

FAST_AND_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
}


class Missing(Exception):
    """The machine has no such program."""


@contextmanager
def postgresql(**more: str) -> Iterator[str]:
    """The URL of a running PostgreSQL, database `postgres`, whose user may do everything. `more` are settings of it."""
    given = os.environ.get(POSTGRES_VARIABLE)
    if given:
        yield given
        return
    programs_folder = programs.POSTGRESQL.find()
    if programs_folder is None:
        raise Missing("PostgreSQL")
    with _folder() as folder:
        user = "postgres" if os.geteuid() == 0 else ""
        port = free_port()
        _own(folder, user)
        _initdb(programs_folder / "initdb", folder, user)
        settings = FAST_AND_FORGETFUL | more | {"unix_socket_directories": str(folder), "port": str(port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        url = f"postgres://postgres@127.0.0.1:{port}/postgres"
        command = [str(programs_folder / "postgres"), "-D", str(folder / "data"), *options]
        with _leashed(command, folder / "log", lambda: _postgres_answers(url), ending=signal.SIGINT, user=user):
            yield url


@contextmanager
def redis_server(port: int = 0) -> Iterator[str]:
    """The URL of a running Redis that keeps nothing on disk; with a port, one of your own that you may end."""
    given = os.environ.get(REDIS_VARIABLE)
    if given and not port:
        yield given
        return
    program = programs.REDIS.find()
    if program is None:
        raise Missing("Redis")
    with _folder() as folder:
        port = port or free_port()
        options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": folder, "databases": 64}
        command = [str(program), *(word for name, value in options.items() for word in (f"--{name}", str(value)))]
        url = f"redis://127.0.0.1:{port}/0"
        with _leashed(command, folder / "log", lambda: _redis_answers(url)):
            yield url


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], *, seconds: float = START_SECONDS, why: str = "") -> None:
    """Polls until the condition holds; raises TimeoutError, with the reason, when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(why or f"not within {seconds} s")
        time.sleep(0.02)


@contextmanager
def _leashed(
    command: list[str], log: Path, answers: Callable[[], bool], *, ending: int = signal.SIGTERM, user: str = ""
) -> Iterator[None]:
    """Runs the command until the block ends, or until this process does."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(leash.__file__)), str(int(ending)), user, str(log.parent), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
        )
    try:
        try:
            wait_until(lambda: process.poll() is not None or answers())
        except TimeoutError:
            raise RuntimeError(f"{command[0]} does not answer:\n{log.read_text()[-2000:]}") from None
        if process.poll() is not None:
            raise RuntimeError(f"{command[0]} ended:\n{log.read_text()[-2000:]}")
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(leash.PATIENCE_SECONDS + 5)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="taskhub-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own(folder: Path, user: str) -> None:
    """PostgreSQL refuses to run as root and to use a folder that others own."""
    if user:
        shutil.chown(folder, user, user)


def _initdb(program: Path, folder: Path, user: str) -> None:
    command = [str(program), "-D", str(folder / "data"), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"]
    locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
    run = subprocess.run(
        [*command, f"--locale={locale}"],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
        **leash.as_user(user),  # type: ignore[call-overload]
    )
    if run.returncode:
        raise RuntimeError(f"initdb failed:\n{run.stdout}{run.stderr}")


def _postgres_answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _redis_answers(url: str) -> bool:
    client = redis.Redis.from_url(url, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
