"""What docs/workflows.md shows is true."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from workflows.engine.definition import parse
from workflows.engine.events import MessageArrived, StepCompleted, TimerFired, TimerKind
from workflows.engine.intents import OpenTask

from .playing import Play

PAGE = (Path(__file__).parents[3] / "docs" / "workflows.md").read_text()
EXAMPLES: dict[str, Any] = {
    example["key"]: example for example in map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
}


@pytest.mark.parametrize("key", EXAMPLES)
def test_every_example_is_a_sound_definition(key: str) -> None:
    assert parse(EXAMPLES[key]).key == key


@pytest.mark.parametrize(
    ("amount", "asked"), [(50, ["lead"]), (5_000, ["finance", "lead"]), (50_000, ["board", "finance", "lead"])]
)
def test_an_expense_is_approved_by_those_whom_its_amount_concerns(amount: int, asked: list[str]) -> None:
    play = Play(parse(EXAMPLES["expense-approval"])).start(lead_of_starter="cleo")
    assert play.complete("fill", amount=amount, purpose="a trip").open == asked
    for step in asked:
        play.complete(step, "approved")
    assert play.open == ["pay"]
    assert play.complete("pay").is_completed


def test_an_expense_that_was_sent_back_comes_again_and_then_is_paid_once() -> None:
    play = Play(parse(EXAMPLES["expense-approval"])).start(lead_of_starter="cleo")
    play.complete("fill", amount=5_000, purpose="a trip").complete("finance", "back").complete("lead", "approved")
    assert play.open == ["fill"]
    assert play.all_of(OpenTask)[-1].prefilled["amount"] == 5_000
    play.complete("fill", amount=500, purpose="a trip")
    assert play.open == ["lead"]
    assert play.complete("lead", "approved").open == ["pay"]
    assert play.entered.count("pay") == 1


def test_an_expense_that_one_rejects_is_not_paid() -> None:
    play = Play(parse(EXAMPLES["expense-approval"])).start(lead_of_starter="cleo")
    play.complete("fill", amount=5_000, purpose="a trip").complete("finance", "rejected").complete("lead", "approved")
    assert play.is_completed
    assert "pay" not in play.entered


def test_an_invoice_that_comes_in_is_read_and_asked_about_only_where_something_is_wrong() -> None:
    play = Play(parse(EXAMPLES["invoices"])).start(document={"name": "a.pdf"})
    play.process("extraction", metadata={"pages": 1}, total=900, net=950)
    assert play.open == ["extraction"]
    assert play.complete("extraction", total=1_950, net=950).open == ["approve"]
    assert Play(play.definition).start().process("extraction", total=5).is_completed
    assert Play(play.definition).start().process("extraction", metadata={"pages": 0}).is_completed


def test_an_invoice_is_sent_waited_for_and_archived() -> None:
    play = Play(parse(EXAMPLES["invoice"])).start(price=100, quantity=9, customer={"email": "x@example.com"})
    assert play.state.variables["level"] == "lead"
    play.happen(StepCompleted(play.run("send").id, data={"id": "m1"}))
    play.happen(TimerFired(play.run("paid").id, TimerKind.TIMEOUT)).complete("remind")
    play.happen(MessageArrived("payment", {"amount": 1080}, "m1"))
    assert play.happen(TimerFired(play.run("rest").id, TimerKind.WAIT)).open == ["archive"]
