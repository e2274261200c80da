"""Names called in a text: `@ana` calls ana. Only spelling is known here; who that is, the commands find out."""

import re

MAX_MENTIONS = 20
_CALLED = re.compile(r"(?<![\w@./+-])@(\w[\w.+-]{0,149})")


def called_in(text: str) -> list[str]:
    """The usernames called in a text, each once and in order, at most MAX_MENTIONS."""
    found = (name.rstrip(".+-") for name in _CALLED.findall(text))
    return list(dict.fromkeys(found))[:MAX_MENTIONS]
