"""The drawn lifecycle is the real one."""

import re
from pathlib import Path

from tasks.domain.lifecycle import TRANSITIONS

PAGE = Path(__file__).parents[3] / "docs" / "lifecycle.md"
ARROW = re.compile(r"^\s+(\w+) --> (\w+): (.+)$", re.MULTILINE)
STAYING = {
    "decline", "claim", "release", "progress", "reassign", "update", "escalate", "check",
    "comment", "attach", "log", "watch", "report", "delete",
}  # fmt: skip


def test_the_page_draws_exactly_the_arrows_of_the_table() -> None:
    drawn = {
        (source, verb, target)
        for source, target, verbs in ARROW.findall(PAGE.read_text())
        for verb in verbs.split(", ")
    }
    table = {(state.value, verb, target.value) for (state, verb), target in TRANSITIONS.items() if verb not in STAYING}
    assert drawn == table


def test_the_verbs_that_leave_the_state_alone_do_so_everywhere() -> None:
    assert all(state == target for (state, verb), target in TRANSITIONS.items() if verb in STAYING)
