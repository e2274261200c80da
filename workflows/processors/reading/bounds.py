"""How much of a file is read at most. What lies beyond is left out, and the content says so."""

MAX_PAGES = 1_000
MAX_TEXT = 500_000
"""Characters of a whole document."""
MAX_FACT = 500
"""Characters of one fact that the file tells of itself."""
MAX_PIXELS = 50_000_000
"""Of one picture: 200 MB once it is unpacked."""
SOFT_SECONDS = 8.0
"""After so long no further page is begun."""
CPU_SECONDS = 10
"""After so much work for one file the process is ended by the system: no library is trusted to stop by itself."""
MEMORY = 800 * 1024 * 1024
"""Address space of the process."""
WIDTHS = range(40, 2_001)
"""Pixels that a rendered page may be wide."""
TALLEST = 4
"""A rendered page is at most so many times as high as it is wide."""
