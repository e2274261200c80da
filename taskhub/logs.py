"""How a log line looks: for people on the embedded default, one JSON object a line everywhere else.

Both carry the log context (request id, actor). Nothing is redacted here, because nothing secret may arrive: code logs
ids and words, never bodies, headers or query strings, and tracebacks are written without local variables.
"""

import logging

import structlog
from structlog.typing import Processor

SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def formatter(*, readable: bool) -> logging.Formatter:
    """The formatter of every handler; named in settings.LOGGING."""
    last: tuple[Processor, ...] = (
        (structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),)
        if readable
        else (structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=True))
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
