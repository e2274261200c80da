"""The bench still measures: every kind of case, once and for a moment. What it finds means nothing here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from taskhub.bench import goals, report
from taskhub.bench.cases import CASES
from taskhub.bench.goals import Verdict
from taskhub.bench.peers import STEPS, Spiff
from taskhub.testing import programs
from taskhub.testing.migrated import ROOT

ASKED = "customers:"
"""Cases of one contract: lists, one task, creating, performing."""


@pytest.mark.processes
def test_it_asks_product_and_floor_and_says_how_it_went(
    postgres_url: str, redis_server_url: str, tmp_path: Path
) -> None:
    """Over five seconds: it starts a product and a floor as anybody would."""
    if programs.WRK.find() is None:
        pytest.skip("no wrk on this machine")
    found = tmp_path / "bench.json"
    command = [sys.executable, "-m", "taskhub.bench", "--tiny", "--only", ASKED, "--json", str(found)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    assert "customers: perform" in run.stdout
    said = json.loads(found.read_text())
    assert set(said["cases"]) == {case.name for case in CASES if case.name.startswith(ASKED)}
    for sides in said["cases"].values():
        assert {(side["kind"], side["clients"]) for side in sides} >= {("floor", 1), ("product", 1), ("product", 8)}
        assert all(each["requests"] > 0 and each["cpu"] > 0 for side in sides for each in side["rounds"])
    assert {each["goal"] for each in said["goals"]} >= {"G2", "G3", "G4", "G5", "G6", "G14"}


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_other_engine_goes_through_all_its_steps() -> None:
    engine = Spiff()
    [id] = engine.begin(1)
    for _ in range(STEPS):
        engine.step(id)
    with pytest.raises(AttributeError):  # nothing waits any more
        engine.step(id)


def test_a_wide_spread_reaches_nothing_and_misses_nothing() -> None:
    assert goals.spread([1.0, 1.0, 1.1, 1.0, 5.0]) < goals.WIDE
    steady = Verdict("G1", "a list", 1.2, 1.3, True, spread=0.1)
    blurred = Verdict("G1", "a list", 1.2, 1.3, True, spread=goals.WIDE * 2)
    slow = Verdict("G3", "create", 0.6, 0.7, False)
    assert [each.reached for each in (steady, blurred, slow)] == [True, None, False]
    assert [line[-1] for line in report.verdicts([steady, blurred, slow])][1:] == [
        "reached",
        "too noisy to tell",
        "MISSED",
    ]


def test_the_tables_stand_between_their_markers(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n")
    report.renew(page, "new \\1")
    assert page.read_text() == "before\n<!-- bench -->\nnew \\1\n<!-- /bench -->\nafter\n"
    page.write_text("no markers")
    with pytest.raises(SystemExit):
        report.renew(page, "x")
