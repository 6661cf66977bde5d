"""Keys of the landing zone."""

import re
from dataclasses import dataclass
from datetime import date

#: `<dataset>/<source>/<as of>.<pull>-<number>`, the number of a successor, and the suffixes.
_OBJECT = re.compile(r"(.+/\d{4}-\d{2}-\d{2}\.\d+-\d+)(?:\.e(\d+))?(\..+)")


@dataclass(frozen=True)
class Place:
    """Where one source of one pull lies."""

    dataset: str
    as_of: date
    source: str

    @property
    def manifest(self) -> str:
        return f"{pull_folder(self.dataset, self.as_of)}/{self.source}.json"

    @property
    def journal(self) -> str:
        return f"{pull_folder(self.dataset, self.as_of)}/.{self.source}.journal"

    @property
    def listing(self) -> str:
        """Where the list of a source's files is kept while it is pulled."""
        return f"{pull_folder(self.dataset, self.as_of)}/.{self.source}.files"

    @property
    def lock(self) -> str:
        return f"{pull_folder(self.dataset, self.as_of)}/.{self.source}.lock"

    @property
    def objects(self) -> str:
        """Folder of the source's landed objects, those of all pulls."""
        return f"{self.dataset}/{self.source}"

    def object(self, pull: int, number: int, extension: str) -> str:
        return f"{self._prefix(pull)}{number:05d}.{extension}"

    def owns(self, key: str, pull: int) -> bool:
        """Whether `key` is an object of attempt `pull` of this pull."""
        return key.startswith(self._prefix(pull))

    def _prefix(self, pull: int) -> str:
        return f"{self.objects}/{self.as_of.isoformat()}.{pull}-"


def pull_folder(dataset: str, as_of: date) -> str:
    """Where the documents of one pull lie."""
    return f"{dataset}/_pulls/{as_of.isoformat()}"


def seal_key(dataset: str, as_of: date) -> str:
    """Where the seal of one pull lies."""
    return f"{pull_folder(dataset, as_of)}/seal.json"


def erasing_key(dataset: str) -> str:
    """Where the documents wait that an erasure has begun to replace; nothing is there at any other time."""
    return f"{dataset}/_pulls/.erasing"


def logical_key(key: str) -> str:
    """The name under which an object landed first: rows are located by it, whichever successor holds them now."""
    found = _OBJECT.fullmatch(key)
    return found[1] + found[3] if found else key


def successor_key(key: str) -> str:
    """Key of the object that an erasure puts in the place of `key`: `….e001` before the suffixes, then `….e002`.

    It sorts between its neighbours and ends like the first one, since the end of a name says how bytes are compressed.

    Raises:
        ValueError: `key` is none of a landed object.
    """
    found = _OBJECT.fullmatch(key)
    if not found:
        raise ValueError("no key of a landed object")
    return f"{found[1]}.e{int(found[2] or 0) + 1:03d}{found[3]}"


def is_object(key: str) -> bool:
    """Whether `key` has the form of a landed object, or of what lies beside one."""
    return _OBJECT.fullmatch(key) is not None
