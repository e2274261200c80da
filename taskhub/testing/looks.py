"""In which windows browser tests look at pages: each theme and each width once; all combinations when asked for.

TASKHUB_EVERY_LOOK=1 bin/test -m browser
"""

import os

import pytest

_ONCE = [(1440, "light"), (390, "dark")]
_REST = [(1440, "dark"), (390, "light")]
_ALL = bool(os.environ.get("TASKHUB_EVERY_LOOK"))

every_look = pytest.mark.parametrize(("width", "theme"), _ONCE + _REST if _ALL else _ONCE)
"""Gives a test `width` and `theme`. What colours do hangs on the theme, what fits on the width."""

narrow = pytest.mark.parametrize("width", [1024, 320] if _ALL else [320])
"""Gives a test a `width` in which pages tend to be wider than their window."""
