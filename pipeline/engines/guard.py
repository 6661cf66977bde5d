"""Runs a command so that nothing of it outlives the one who asked for it.

`python guard.py GRACE COMMAND...`: standard input is a pipe that the asker holds and never writes to. When it closes,
because the asker let go or was killed, or on SIGTERM, every descendant is asked to end, and killed GRACE seconds later.
The same happens to what the command leaves behind. The exit status is the command's own, or 128 + the signal that ended
it. Run by path: it loads nothing but psutil, so that it costs next to nothing.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

import psutil

#: linux/prctl.h: descendants whose parent dies become ours, so that none is lost by daemonising.
PR_SET_CHILD_SUBREAPER = 36


def main(arguments: list[str]) -> int:
    """Run the command to its end, or to the asker's.

    Args:
        arguments: seconds of grace, then the command.
    """
    grace, command = float(arguments[0]), arguments[1:]
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: over.set())
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, close_fds=False)
    status: list[int] = []
    reaper = threading.Thread(target=_reap, args=(child.pid, status, over))
    reaper.start()
    threading.Thread(target=_watch_asker, args=(over,), daemon=True).start()
    over.wait()
    _end_descendants(grace)
    reaper.join()
    return status[0] if status[0] >= 0 else 128 - status[0]


def _reap(child: int, status: list[int], over: threading.Event) -> None:
    """Collect every ended descendant that is ours to collect, until the command itself has ended."""
    while not status:
        pid, raw = os.wait()
        if pid == child:
            status.append(os.waitstatus_to_exitcode(raw))
    over.set()


def _watch_asker(over: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    over.set()


def _end_descendants(grace: float) -> None:
    me = psutil.Process()
    family = me.children(recursive=True)
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    psutil.wait_procs(family, timeout=grace)
    while family := [process for process in me.children(recursive=True) if _alive(process)]:
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=1)


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
