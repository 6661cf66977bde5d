"""Runs a command for as long as standard input stays open. Standard library only: it is run as a file by itself."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

#: Seconds that the process group has for ending by itself.
END_WITHIN = 5.0


def supervise(command: Sequence[str]) -> int:
    """Run `command` and return its exit status; end our whole process group when standard input closes."""
    # A function, not SIG_IGN: that one the command would inherit.
    signal.signal(signal.SIGTERM, lambda *_: None)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return child.wait()


def _end_with_parent() -> None:
    os.read(0, 1)
    os.killpg(0, signal.SIGTERM)
    time.sleep(END_WITHIN)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(supervise(sys.argv[1:]))
