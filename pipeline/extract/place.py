"""Keys of the landing zone."""

from dataclasses import dataclass
from datetime import date


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
