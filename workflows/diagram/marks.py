"""The small drawings of a diagram: a sign for every state and every kind, in a square of 20 around its middle.

Shapes tell states apart without colour: a filled disc with a tick, a ring with a dot, an empty ring, a ring with a
dash, a filled triangle, a ring with a cross. Colour comes from classes.
"""

from .graph import Kind, State

_RING = '<circle class="dg-ring" r="8.25"/>'

STATE_MARKS = {
    State.DONE: '<circle class="dg-disc" r="9"/><path class="dg-on" d="M-4 .4L-1.2 3.2L4.2-2.8"/>',
    State.CURRENT: f'{_RING}<circle class="dg-dot" r="4"/>',
    State.WAITING: _RING,
    State.SKIPPED: f'{_RING}<path class="dg-line" d="M-3.5 0H3.5"/>',
    State.FAILED: '<path class="dg-disc dg-joined" d="M0-7.5L8.2 7H-8.2Z"/>'
    '<path class="dg-on" d="M0-2.6V2M0 4.7V4.8"/>',
    State.CANCELED: f'{_RING}<path class="dg-line" d="M-2.8-2.8L2.8 2.8M2.8-2.8L-2.8 2.8"/>',
}

KIND_MARKS = {
    Kind.START: '<path class="dg-line" d="M-4.5-6.5L6.5 0L-4.5 6.5Z"/>',
    Kind.HUMAN: '<circle class="dg-line" cy="-4" r="3.5"/>'
    '<path class="dg-line" d="M-7 7.5V6.5Q-7 2.5-3 2.5H3Q7 2.5 7 6.5V7.5"/>',
    Kind.AUTOMATIC: '<path class="dg-line" d="M1.5-8.5L-6.5 1.5H0L-1.5 8.5L6.5-1.5H0Z"/>',
    Kind.WAIT: '<circle class="dg-line" r="8"/><path class="dg-line" d="M0-4.5V0L3 2"/>',
    Kind.WORKFLOW: '<rect class="dg-line" x="-8" y="-7" width="6" height="6" rx="1.5"/>'
    '<rect class="dg-line" x="2" y="1" width="6" height="6" rx="1.5"/><path class="dg-line" d="M-5-1V2Q-5 4-3 4H2"/>',
    Kind.END: '<rect class="dg-line" x="-5.5" y="-5.5" width="11" height="11" rx="2"/>',
}


def mark(drawn: str, x: float, y: float, scale: float = 1.0) -> str:
    """A sign with its middle in a place."""
    size = "" if scale == 1 else f" scale({scale:g})"
    return f'<g transform="translate({x:g} {y:g}){size}">{drawn}</g>'
