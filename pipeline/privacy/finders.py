"""What searches a dataset's free text, by reference: a worker opens model and recognizers itself."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.contracts.dataset import RECOGNIZER_FILES
from pipeline.privacy.names.finder import NameFinder
from pipeline.privacy.names.plausible import plausible_names
from pipeline.privacy.own.loaded import load_recognizers
from pipeline.privacy.redact import Redactor
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.scanner import Scanner, shared_scanner


@dataclass(frozen=True)
class Finders:
    """Finders beside the roster.

    Attributes:
        name_model: a reference, as `open_names` has it.
        folder: of the dataset, which may have recognizers of its own.
    """

    name_model: str
    folder: Path

    def names(self) -> NameFinder | None:
        """The name model, if there is to be one."""
        return plausible_names(self.name_model)

    def redactor(self, roster: Roster) -> Redactor:
        """What masks by these and a roster."""
        return Redactor(_scanner(self.folder), roster, self.names())

    def digest(self) -> str:
        """Sha256 over all that decides what is found: part of a run's id."""
        names = self.names()
        parts = [(names.digest if names else "none").encode()]
        parts += [path.read_bytes() for name in RECOGNIZER_FILES if (path := self.folder / name).is_file()]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


@cache
def _scanner(folder: Path) -> Scanner:
    own = load_recognizers(folder)
    return Scanner(own) if own else shared_scanner()
