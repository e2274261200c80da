"""How a diagram says things: a word and a sign for every state, a word for every kind. Tables, no logic."""

from dataclasses import dataclass

from .graph import Kind, State


@dataclass(frozen=True, slots=True)
class Sign:
    """Told apart by word and shape first, by colour last."""

    word: str
    sign: str


STATES = {
    State.DONE: Sign("Done", "✓"),
    State.CURRENT: Sign("Current", "◉"),
    State.WAITING: Sign("Waiting", "○"),
    State.SKIPPED: Sign("Skipped", "–"),
    State.FAILED: Sign("Failed", "!"),
    State.CANCELED: Sign("Canceled", "×"),
}
"""In the order of the legend. `State.NONE` has no sign: the picture of a definition is of no state."""

KINDS = {
    Kind.START: "Start",
    Kind.HUMAN: "Human step",
    Kind.AUTOMATIC: "Automatic step",
    Kind.WAIT: "Wait",
    Kind.WORKFLOW: "Workflow",
    Kind.END: "End",
}


def state_word(state: State) -> str:
    """The state's word; nothing for none."""
    return STATES[state].word if state in STATES else ""
