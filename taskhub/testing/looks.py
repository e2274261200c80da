"""In which windows browser tests look at pages: each theme and each width once; all combinations when asked for.

TASKHUB_THOROUGH=1 bin/test -m browser
"""

import os

import pytest

_ONCE = [(1440, "light"), (390, "dark")]
_REST = [(1440, "dark"), (390, "light")]
THOROUGH = bool(os.environ.get("TASKHUB_THOROUGH"))

every_look = pytest.mark.parametrize(("width", "theme"), _ONCE + _REST if THOROUGH else _ONCE)
"""Gives a test `width` and `theme`. What colours do hangs on the theme, what fits on the width."""

narrow = pytest.mark.parametrize("width", [1024, 320] if THOROUGH else [320])
"""Gives a test a `width` in which pages tend to be wider than their window."""
