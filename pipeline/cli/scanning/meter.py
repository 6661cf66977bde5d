"""How far a long scan is: a bar on standard error, where that is a terminal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from pipeline.cli.output import errors
from pipeline.cli.scanning.texts import STDIN, Batch


class Meter:
    """A bar over the bytes of all files; without a terminal, or with standard input, whose size nobody knows, none."""

    def __init__(self, files: Sequence[str], *, hidden: bool) -> None:
        columns = (TextColumn("[bold]scan[/] …"), BarColumn(), TextColumn("{task.fields[texts]:,} texts"))
        self._bar = Progress(*columns, TimeRemainingColumn(), console=errors, transient=True)
        self._off = hidden or not errors.is_terminal or STDIN in files
        self._before = 0
        self._file = ""
        self._read = 0
        total = 0 if self._off else sum(Path(file).stat().st_size for file in files)
        self._task: TaskID = self._bar.add_task("", total=total, texts=0)
        self._texts = 0

    def __enter__(self) -> "Meter":
        if not self._off:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def done(self, batch: Batch) -> None:
        """A batch was searched."""
        if batch.file != self._file:
            self._before += self._read
        self._file, self._read = batch.file, batch.read
        self._texts += len(batch.texts)
        if not self._off:
            self._bar.update(self._task, completed=self._before + self._read, texts=self._texts)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Out of the way of what is printed meanwhile."""
        self._stop()
        yield
        if not self._off:
            self._bar.start()

    def _stop(self) -> None:
        if not self._off:  # a bar that never began prints an empty line when it is stopped
            self._bar.stop()
