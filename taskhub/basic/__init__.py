"""A small BASIC for bots to hand out and follow work: variables, IF, TALK and tasks. No loops, no files, no network.

`grammar` is the language, `machine` runs it within budgets, `host` does to tasks what a script says, `quota` keeps it
within its sender's limits. `run` is the door.
"""

from .errors import ScriptError
from .run import Finished, run

__all__ = ["Finished", "ScriptError", "run"]
