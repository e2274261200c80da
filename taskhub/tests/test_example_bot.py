"""The bot of docs/examples talks to a system that bin/run started, as a reader would try it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from taskhub.testing.live import LiveSystem
from taskhub.testing.migrated import ROOT

pytestmark = pytest.mark.processes

BOT = Path(ROOT) / "docs" / "examples" / "bot.py"
RIGHT = "correct-horse-battery"
PEOPLE = f"""
organizations:
  - slug: acme
    name: Acme
    users:
      - {{username: mara, name: Mara Lind, role: manager, password: {RIGHT}}}
      - {{username: jonas, name: Jonas Berg, role: member, password: {RIGHT}}}
    projects: [{{slug: main, name: Main}}]
"""


def talk(system: LiveSystem, *lines: str, password: str = RIGHT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(BOT)],
        input="\n".join(lines) + "\n",
        env={"TASKHUB_URL": system.url, "TASKHUB_PASSWORD": password},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_bot_of_the_documentation_talks_to_a_running_system_that_knows_its_password(
    live_embedded: LiveSystem,
) -> None:
    live_embedded.provision(PEOPLE)
    live_embedded.start("run")
    asked = talk(live_embedded, "list", "ask jonas Follow up with customer", "ask nobody Nothing", "list", "numbers")
    assert asked.returncode == 0, asked.stderr
    nothing, made, refused, listed, numbers = asked.stdout.splitlines()
    assert nothing == "Nothing to do."
    task_id = re.fullmatch(r"(tsk_\w{26}): jonas will do it\.", made)
    assert task_id, made
    assert "nobody" in refused or "not known" in refused
    assert listed == f"{task_id[1]} Follow up with customer (pending)"
    assert numbers == "0 of 1 done, 0 late."
    ended = talk(live_embedded, f"say {task_id[1]} They called back.", f"done {task_id[1]} Solved", "numbers", "what?")
    assert ended.stdout.splitlines()[:3] == ["Noted.", "Well done.", "1 of 1 done, 0 late."]
    assert ended.stdout.splitlines()[3].startswith("I know:")
    locked_out = talk(live_embedded, "list", password="wrong")
    assert (locked_out.returncode, locked_out.stderr.strip()) == (1, "TaskHub does not let me in.")


def test_it_is_short() -> None:
    lines = [line for line in BOT.read_text().splitlines() if line.strip() and not line.startswith('"""')]
    assert len(lines) <= 45
