"""Where in a file of ours something stands: its line for people and programs, its name for people."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.errors import ContractError

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """A value of a file. As text it is what a message begins with: `pay.odcs.yaml:12: pay.amount`."""

    file: str
    lines: Mapping[Path, int]
    """Line of every key and list item of the file, by its path."""
    path: Path = ()
    name: str = ""
    """What people call it; empty for the file as a whole."""

    def __truediv__(self, key: str | int) -> "Place":
        """The value under a key or at a position, under the same name; a key that is not there has this line."""
        return replace(self, path=(*self.path, key))

    def named(self, name: str) -> "Place":
        return replace(self, name=name)

    @property
    def line(self) -> int:
        """Of the value, or else of the nearest one around it."""
        known = (self.lines[self.path[:length]] for length in range(len(self.path), 0, -1) if self._has(length))
        return next(known, 1)

    def _has(self, length: int) -> bool:
        return self.path[:length] in self.lines

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f": {self.name}" if self.name else "")

    def refusal(
        self, what: str, *, given: object = None, allowed: object = None, hint: str | None = None
    ) -> ContractError:
        """The error that says what is wrong here."""
        return ContractError(f"{self}: {what}", given=given, allowed=allowed, hint=hint)
