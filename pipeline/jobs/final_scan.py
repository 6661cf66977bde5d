"""The last look of an erasure, at everything that is kept: no identifier of a subject and no pseudonym, or where.

It judges the finder and all that was done by its findings, so it shares the definition of an identifier with them and
nothing else: it walks the folders, reads files by what they are, and asks neither manifests, contracts nor Spark.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.evidence.record import Document
from pipeline.privacy.subjects.identifiers import Identifiers
from pipeline.privacy.subjects.judged_files import judge_files
from pipeline.privacy.subjects.terms import SHARED_NAME, Terms, together
from pipeline.storage.zones import Zones

#: Requests that are not done yet, this one too, name their subjects; each goes when it is done.
_REQUESTS = "_erasures"


@dataclass(frozen=True)
class Hit:
    """A file in which something of a subject stands: where, of what kind and in how many places; never the value."""

    zone: str
    file: str
    kind: str
    places: int


@dataclass(frozen=True)
class ScanReport:
    """What was read and what was found.

    Attributes:
        shared_names: places with a name that a subject shares with somebody else. They are no hits: who is meant, only
            a person can tell.
    """

    files: int
    bytes: int
    terms: int
    pseudonyms: int
    hits: tuple[Hit, ...]
    shared_names: int

    def document(self) -> Document:
        """For evidence and certificate: counts only, files by zone."""
        found = Counter({(hit.zone, hit.kind): 0 for hit in self.hits})
        for hit in self.hits:
            found[hit.zone, hit.kind] += hit.places
        hits = [{"zone": zone, "kind": kind, "places": places} for (zone, kind), places in sorted(found.items())]
        return {**vars(self), "hits": hits}


def final_scan(zones: Zones, dataset: str, identifiers: Identifiers, pseudonyms: Collection[str]) -> ScanReport:
    """Search every file of a dataset in all zones.

    Args:
        zones: to search.
        dataset: whose files are read; of the warehouse also what belongs to no dataset, such as its catalog.
        identifiers: of the subjects, in clear.
        pseudonyms: of the subjects, those of every epoch, domain and version.

    Raises:
        PrivacyError: a file can't be read: what was not searched is not known to be clean.
    """
    marks = Terms(glued=dict.fromkeys(pseudonyms, "pseudonym"))
    terms, files = together([identifiers.namesakes, identifiers.alone, marks]), list(_files(zones, dataset))
    hits: list[Hit] = []
    shared = 0
    judged = judge_files(terms, [(root, path) for _, root, path in files])
    for number, ((zone, root, path), (found, named)) in enumerate(zip(files, judged, strict=True), start=1):
        shared += found.pop(SHARED_NAME, 0)
        shown = f"file {number}" if named else path.relative_to(root).as_posix()
        hits += [Hit(zone, shown, kind, places) for kind, places in sorted((found + named).items())]
    size = sum(path.stat().st_size for _, _, path in files)
    return ScanReport(len(files), size, len(identifiers.terms), len(marks), tuple(hits), shared)


def _files(zones: Zones, dataset: str) -> Iterator[tuple[str, Path, Path]]:
    """Zone, its folder and each file, hidden and unfinished ones too."""
    for zone, store in vars(zones).items():
        for path in sorted(store.root.rglob("*")):
            parts = path.relative_to(store.root).parts
            ours = len(parts) == 1 or any(
                part == dataset or part.startswith((f"{dataset}__", f"{dataset}_")) for part in parts
            )
            if ours and path.is_file() and not (zone == "landing" and _REQUESTS in parts):
                yield zone, store.root, path
