"""`manage.py serve`: the web server. `bin/run` and `bin/web` start it; people read those.

The application is loaded once and then forked, so several processes share most of their memory.
"""

import gc
import os
import signal
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from taskhub import preparation

RESPAWN_SECONDS = 1.0
NO_OWN_LOG = {"handlers": {}, "loggers": {"_granian": {"propagate": True}, "granian.access": {"propagate": True}}}
"""The server's messages go where all others go."""


class Command(BaseCommand):
    help = "Serves the web pages and the APIs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--workers", type=int, default=1, help="processes (default: 1)")
        parser.add_argument("--grace", type=int, default=30, help="seconds that running requests get at the end")
        parser.add_argument("--prepare", action="store_true", help="migrate and load the demo first")

    def handle(self, *, host: str, workers: int, grace: int, prepare: bool, **_: Any) -> None:
        refuse_taken_port(host, settings.PORT)
        if prepare:
            preparation.prepare()
        gc.freeze()  # what is loaded by now stays shared with the forked processes
        connections.close_all()  # a forked process must not share a connection
        os.register_at_fork(after_in_child=end_while_starting)
        server = Server(
            "taskhub.wsgi:application",
            address=host,
            port=settings.PORT,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=1,  # threads share one interpreter lock: more of them lower throughput
            respawn_failed_workers=True,
            respawn_interval=RESPAWN_SECONDS,
            workers_kill_timeout=grace,
            websockets=False,
            log_level=LogLevels.warning,
            log_dictconfig=NO_OWN_LOG,
        )
        server.on_startup(lambda: self.stdout.write(f"TaskHub listens on {settings.BASE_URL} (Ctrl-C ends it)"))
        server.serve()


def end_while_starting() -> None:
    """A forked process has its parent's signal handlers, and they would swallow a SIGTERM until it sets its own."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which ends us in order


def refuse_taken_port(host: str, port: int) -> None:
    """The server itself would share the port with a second one of its kind, and requests would go to either."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise CommandError(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another: PORT=..."
        ) from error
