"""What `bin/test` makes of two runs and of a machine that lacks something."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from taskhub.testing import __main__ as bin_test
from taskhub.testing import programs, services
from taskhub.testing.migrated import ROOT

LACKS_ALL = "PostgreSQL,Redis,Chromium,a font for it,wrk"


@pytest.fixture
def poor_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(programs.LACKS_VARIABLE, LACKS_ALL)
    monkeypatch.delenv(services.POSTGRES_VARIABLE, raising=False)
    monkeypatch.delenv(services.REDIS_VARIABLE, raising=False)
    monkeypatch.delenv(services.TALLY_VARIABLE, raising=False)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """The pytest runs that would have been started; each passes two tests."""
    seen: list[tuple[list[str], dict[str, str]]] = []

    def attended(command: list[str], environment: dict[str, str]) -> int:
        seen.append((command, environment))
        told = {"counts": {"passed": 2, "failed": 0}, "seconds": 1.5}
        Path(environment[services.TALLY_VARIABLE]).write_text(json.dumps(told))
        return 0

    monkeypatch.setattr(bin_test, "_attended", attended)
    monkeypatch.setattr(bin_test, "migrated", lambda folder, server: {})
    return seen


def test_what_is_missing_is_named_in_the_last_line(
    poor_machine: None, runs: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bin_test.main([]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "bin/test: NOT TESTED, for this machine lacks it: PostgreSQL, Redis, Chromium, a font for it, wrk"
    assert len(runs) == 1


def test_what_is_missing_is_a_failure_when_services_are_required(
    poor_machine: None, runs: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bin_test.main(["--require-services"]) == 1
    assert "FAILED: this machine lacks PostgreSQL, Redis, Chromium, a font for it, wrk" in capsys.readouterr().out
    assert runs == []


def test_a_test_that_needs_what_is_missing_is_skipped_by_name(poor_machine: None) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "taskhub/tests/test_health.py", "-k", "ok_with_a_database_and_redis"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "no Redis on this machine" in run.stdout
    assert "1 skipped" in run.stdout


def test_the_suite_runs_on_both_databases_and_the_last_line_adds_them_up(
    runs: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(programs, "missing", list)
    monkeypatch.setenv(services.POSTGRES_VARIABLE, "postgres://postgres@127.0.0.1:1/postgres")
    monkeypatch.setenv(services.REDIS_VARIABLE, "redis://127.0.0.1:1/0")
    monkeypatch.setenv("DATABASE_URL", "postgres://mine@127.0.0.1/precious")
    assert bin_test.main(["-k", "share"]) == 0
    (first, embedded), (second, grown_up) = runs
    assert first == second
    assert first[-2:] == ["-k", "share"]
    assert "DATABASE_URL" not in embedded
    assert grown_up["DATABASE_URL"] == "postgres://postgres@127.0.0.1:1/postgres"
    assert grown_up["REDIS_URL"] == "redis://127.0.0.1:1/0"
    assert " 4 passed in 3.00s " in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("codes", "failed"),
    [([0, 0], False), ([0, 5], False), ([5, 0], False), ([5, 5], True), ([1, 0], True), ([0, 2], True)],
)
def test_a_run_without_tests_fails_only_if_the_other_has_none_either(codes: list[int], failed: bool) -> None:
    assert bin_test.Outcome(codes, Counter()).failed is failed


@pytest.mark.processes
def test_a_service_ends_with_the_process_that_started_it_even_by_sigkill(tmp_path: Path) -> None:
    script = tmp_path / "start.py"
    script.write_text(
        "import os, signal\n"
        "from taskhub.testing.services import redis_server\n"
        "with redis_server() as url:\n"
        "    print(url, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)}
    run = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    url = run.stdout.strip()
    assert url.startswith("redis://"), run.stderr
    services.wait_until(lambda: not services._redis_answers(url), seconds=10, why="Redis outlived its starter")
    services.wait_until(lambda: not list(tmp_path.glob("taskhub-*")), seconds=10, why="its folder outlived it")
