"""What searches a dataset's free text, by reference: a worker opens model and recognizers itself.

Every job holds such a reference and few search: what searches, a second to import, is imported by those.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contracts.dataset import RECOGNIZER_FILES
from pipeline.privacy.names.digests import names_digest

if TYPE_CHECKING:
    from pipeline.privacy.names.finder import NameFinder
    from pipeline.privacy.redact import Redactor
    from pipeline.privacy.rosters.roster import Roster
    from pipeline.privacy.scanner import Scanner


@dataclass(frozen=True)
class Finders:
    """Finders beside the roster.

    Attributes:
        name_model: a reference, as `open_names` has it.
        folder: of the dataset, which may have recognizers of its own.
    """

    name_model: str
    folder: Path

    def names(self) -> "NameFinder | None":
        """The name model, if there is to be one."""
        from pipeline.privacy.names.plausible import plausible_names  # noqa: PLC0415

        return plausible_names(self.name_model)

    def redactor(self, roster: "Roster") -> "Redactor":
        """What masks by these and a roster."""
        from pipeline.privacy.redact import Redactor  # noqa: PLC0415

        return Redactor(_scanner(self.folder), roster, self.names())

    def digest(self) -> str:
        """Sha256 over all that decides what is found: part of a run's id."""
        parts = [(names_digest(self.name_model) or "none").encode()]
        parts += [path.read_bytes() for name in RECOGNIZER_FILES if (path := self.folder / name).is_file()]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


@cache
def _scanner(folder: Path) -> "Scanner":
    from pipeline.privacy.own.loaded import load_recognizers  # noqa: PLC0415
    from pipeline.privacy.scanner import scanner_with  # noqa: PLC0415

    return scanner_with(load_recognizers(folder))
