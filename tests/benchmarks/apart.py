"""A peer in an environment and a process of its own, since its libraries don't go with ours; asked in lines of JSON."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ci.places import ROOT, cache_folder, whole_or_not
from ci.steps import SetupError, run
from ci.uv import ensure_uv


class Apart:
    """A suite of `tests/benchmarks` run by an environment that is made where it is not there.

    Args:
        pins: what is installed; the first names the environment.
        suite: the file that answers each line of JSON with one.
        told: what it is told first.
    """

    def __init__(self, pins: Sequence[str], suite: str, told: object) -> None:
        self._pins = pins
        self._suite = ROOT / "tests" / "benchmarks" / suite
        self._told = told

    def __enter__(self) -> Self:
        pipe = subprocess.PIPE
        command = [self._environment() / "bin" / "python", self._suite]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        self.ask(self._told)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.communicate()

    def ask(self, told: object) -> Any:
        """Its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise SetupError(f"{self._pins[0]} ended before its answer")

    def _environment(self) -> Path:
        folder = cache_folder() / self._pins[0].replace("==", "-")
        if not folder.exists():
            with whole_or_not(folder) as draft:
                uv = ensure_uv()
                run([uv, "venv", "--quiet", "--allow-existing", draft])
                run([uv, "pip", "install", "--quiet", "--python", draft / "bin" / "python", *self._pins])
        return folder
