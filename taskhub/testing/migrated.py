"""An empty, migrated database of each kind, made once and copied by all who need one: migrating takes seconds.

Standing apart from Django, as the services do: `bin/test` makes them, beside each other, before the first test process.
"""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
SQLITE_VARIABLE, POSTGRES_VARIABLE = "TASKHUB_TEST_MIGRATED_SQLITE", "TASKHUB_TEST_MIGRATED_POSTGRES"
"""Where test processes learn the file, and the name of the database on the private server."""
_NAME = "taskhub_migrated"


def migrated(folder: Path, server: str) -> dict[str, str]:
    """Makes both, and tells of them as environment variables; without a server only the file, in the folder."""
    places = {SQLITE_VARIABLE: ""}
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {_NAME}")
        places[POSTGRES_VARIABLE] = urlsplit(server)._replace(path=f"/{_NAME}").geturl()
    for process in [_migrating(folder, url) for url in places.values()]:
        told, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"migrate failed:\n{told[-3000:]}")
    names = {SQLITE_VARIABLE: str(folder / "taskhub.sqlite3"), POSTGRES_VARIABLE: _NAME}
    return {variable: names[variable] for variable in places}


def _migrating(folder: Path, url: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return subprocess.Popen(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        env={**kept, "TASKHUB_VAR": str(folder), "SECRET_KEY": "for-tests-only-" + 40 * "z", "DATABASE_URL": url},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
