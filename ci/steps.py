"""How set-up tells what it does: one line a step, with a tick and seconds, or one line with the reason."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class SetupError(Exception):
    """Something can't be made; the message is one line."""


class Console:
    """Prints steps.

    Args:
        plain: no colours and nothing that is overwritten, as a log wants it.
    """

    def __init__(self, *, plain: bool) -> None:
        self._plain = plain or not sys.stdout.isatty()

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """One step; words added to the yielded list are shown behind its name."""
        began = time.monotonic()
        found: list[str] = []
        if not self._plain:
            print(f"  {name} …", end="\r", flush=True)
        try:
            yield found
        except SetupError as error:
            self._line("✗", "31", f"{name}: {error}")
            raise
        shown = f"{name} ({', '.join(found)})" if found else name
        self._line("✓", "32", f"{shown:<58} {time.monotonic() - began:6.1f} s")

    def _line(self, mark: str, colour: str, text: str) -> None:
        print(f"{mark} {text}" if self._plain else f"\033[2K\033[{colour}m{mark}\033[0m {text}", flush=True)


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> str:
    """Run a command to its end.

    Returns:
        Its standard output.

    Raises:
        SetupError: it can't be started or fails; the message is its last line, without addresses.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise SetupError(f"{Path(words[0]).name} can't be started: {error.strerror}") from None
    if done.returncode != 0:
        raise SetupError(f"{Path(words[0]).name} failed: {_reason(done.stdout + done.stderr, done.returncode)}")
    return done.stdout


def _reason(said: str, status: int) -> str:
    """The last thing it said, the lines of a Java trace left out."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.strip().startswith("at ")]
    return without_addresses(lines[-1]) if lines else f"status {status}"


def without_addresses(text: str) -> str:
    """The text with every address in it replaced: they may name hosts that are nobody's business."""
    return re.sub(r"\b[a-z][a-z0-9+.-]*://\S+", "<address>", text)
