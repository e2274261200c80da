"""Runs a command that ends when whoever started it ends, even by SIGKILL: the end of our standard input is the sign.

    python leash.py SIGNAL USER FOLDER COMMAND...      (USER may be empty; FOLDER is removed at the end)

Must know nothing of TaskHub: it is started as a bare file.
"""

import shutil
import signal
import subprocess
import sys
import threading

PATIENCE_SECONDS = 8


def main() -> int:
    ending, user, folder, command = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, **as_user(user))  # type: ignore[call-overload]
    threading.Thread(target=_end_with_parent, args=(child, ending), daemon=True).start()
    code = child.wait()
    shutil.rmtree(folder, ignore_errors=True)
    return code


def as_user(user: str) -> dict[str, object]:
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def _end_with_parent(child: subprocess.Popen[bytes], ending: int) -> None:
    sys.stdin.buffer.read()
    child.send_signal(ending)
    try:
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    sys.exit(main())
