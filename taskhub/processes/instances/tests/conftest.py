"""What tests of the pages of instances have in hand: workflows that run, and people at their browsers."""

from taskhub.inbox.tests.conftest import at_the_browser, attach, make_task, tell
from tasks.conftest import person, vera
from workflows.conftest import answer, processed, processor, publish, sound_afterwards, start

__all__ = [
    "answer",
    "at_the_browser",
    "attach",
    "make_task",
    "person",
    "processed",
    "processor",
    "publish",
    "sound_afterwards",
    "start",
    "tell",
    "vera",
]
