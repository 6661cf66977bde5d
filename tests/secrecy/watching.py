"""Watches a process and all that it starts: environments, command lines, and every file that they make meanwhile."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

_EVERY_SECONDS = 0.1
_LONGEST_NAME = 200


@contextmanager
def kept_files(folder: Path, kept: Path, but: str = "\0") -> Iterator[None]:
    """Keep a hard link to every file that appears below `folder` while the block runs: it outlives its deletion.

    Args:
        folder: temporary files lie there.
        kept: gets the links.
        but: how the name of a folder begins that is left out.
    """
    kept.mkdir(parents=True)
    with _repeated(lambda: _link(folder, kept, but)):
        yield


def watched(command: Sequence[str], environment: Mapping[str, str], out: Path) -> int:
    """Run a command to its end.

    Args:
        command: what is run.
        environment: of the process.
        out: gets `stdout` and `log` (standard error), and below `processes` what /proc says of each process.

    Returns:
        Its exit status.
    """
    processes = out / "processes"
    processes.mkdir()
    with (out / "stdout").open("wb") as said, (out / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=log)
        with _repeated(lambda: _sample(process.pid, processes)):
            return process.wait()


def _sample(pid: int, folder: Path) -> None:
    """What /proc says of a process and its descendants, now and after each time that one became another program."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            for part in ("cmdline", "environ"):
                with suppress(OSError):
                    told = Path(f"/proc/{process.pid}/{part}").read_bytes()
                    (folder / f"{process.pid}-{part}-{len(told)}").write_bytes(told)


def _link(folder: Path, kept: Path, but: str) -> None:
    for place, _, names in os.walk(folder):
        below = Path(place).relative_to(folder).as_posix()
        for name in names if not below.startswith(but) else ():
            with suppress(OSError):
                path = Path(place, name)
                known = f"{path.stat().st_ino}:{below.replace('/', ':')}:{name}"
                os.link(path, kept / known[:_LONGEST_NAME], follow_symlinks=False)


@contextmanager
def _repeated(work: Callable[[], None]) -> Iterator[None]:
    """Do the work again and again in a thread while the block runs, and once more at its end."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(_EVERY_SECONDS):
            work()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        work()
