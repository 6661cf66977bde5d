"""`dataset.yaml`: the sources, snapshots, population and release policy of one dataset folder."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.contracts.acknowledgements import Acknowledgement
from pipeline.contracts.load import load_contracts
from pipeline.contracts.model import Contract
from pipeline.contracts.numbering import check_numbers
from pipeline.contracts.release import Release
from pipeline.contracts.sources import FileSource, Source
from pipeline.contracts.strict import Strict
from pipeline.contracts.validated import validated
from pipeline.contracts.versions import Version, load_versions
from pipeline.contracts.yaml_lines import read_yaml
from pipeline.errors import ContractError

#: Where a dataset's own recognizers of personal data stand, in the order in which they are read; privacy/custom.py.
RECOGNIZER_FILES = ("recognizers.yaml", "recognizers.py")


class Population(Strict):
    """Who exists at a snapshot: entities whose `start` lies before it and whose `end`, if any, does not."""

    start: tuple[str, str] = Field(description="[source, column] of the first day")
    end: tuple[str, str] = Field(description="[source, column] of the last day")


class Snapshots(Strict):
    """Snapshot dates: the same day of every year."""

    first: date
    every: Literal["year"] = "year"


class Elsewhere(Strict):
    """A copy of personal data that an erasure can't reach, and that goes by itself."""

    what: str = Field(description="Such as: topic transaction_logs, backups of the HR system's database")
    days: int = Field(ge=0, description="How long it is kept")


class Erasure(Strict):
    """How persons are erased from this dataset."""

    notice_hours: int = Field(
        0,
        ge=0,
        description="Hours from a request to its execution; the DPDP Rules 2025 ask for 48 before some erasures",
    )
    elsewhere: tuple[Elsewhere, ...] = Field(
        (), description="A certificate is pending until the longest of these has passed"
    )


class Watch(Strict):
    """When a run that looks unlike others is told; see quality/drift.py and quality/anomalies.py."""

    psi: float = Field(0.2, gt=0, description="Population stability index of a column from which it has drifted")
    js: float = Field(0.1, gt=0, le=1, description="Jensen-Shannon divergence in bits from which a column has drifted")
    history: int = Field(5, ge=3, description="Runs that there must be before one is judged by them")
    severity: Literal["warning", "error"] = Field("warning", description="error: a drift or anomaly stops the run")


class DatasetSpec(Strict):
    """The content of `dataset.yaml`."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    title: str
    owner: str
    entity: str
    as_of: date = Field(description="Default as-of date of a pull; nothing later is read")
    sources: dict[str, Source]
    population: Population | None = Field(None, description="Without it everybody with a row by then exists")
    snapshots: Snapshots | None = Field(None, description="Without it the as-of date is the one snapshot")
    release: Release
    watch: Watch = Watch()
    erasure: Erasure = Erasure()
    acknowledgements: tuple[Acknowledgement, ...] = ()


class Dataset:
    """A dataset folder, read and checked.

    Attributes:
        spec: the content of dataset.yaml.
        contracts: current contract of each source, by the source's name, in the order of dataset.yaml.
        versions: what held in older periods of a source's files, by the source's name, oldest first.
        folder: where it lies.
        recognizers: digests of its files of recognizers, by name.
        digest: sha256 over dataset.yaml, manifests, contracts, features.py and recognizers.
    """

    def __init__(
        self,
        folder: Path,
        spec: DatasetSpec,
        contracts: dict[str, Contract],
        versions: Mapping[str, tuple[Version, ...]] | None = None,
    ) -> None:
        self.folder = folder
        self.spec = spec
        self.contracts = contracts
        self.versions = dict(versions or {})
        self.recognizers = {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name in RECOGNIZER_FILES
            if (path := folder / name).is_file()
        }
        self.digest = _digest(folder)

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def redacts(self) -> bool:
        """Whether any free text is redacted."""
        return any(contract.redacts for contract in self.contracts.values())

    def contracts_of(self, source: str) -> tuple[Contract, ...]:
        """Every contract of a source, the current one first."""
        return (self.contracts[source], *(version.contract for version in self.versions.get(source, ())))

    def contract_for(self, source: str, period: str) -> Contract:
        """What holds for the files of a period: the version that says so, else the current contract."""
        held = (version.contract for version in self.versions.get(source, ()) if version.holds(period))
        return next(held, self.contracts[source])


def load_dataset_folder(folder: Path) -> Dataset:
    """Read `dataset.yaml` and the contracts of its sources.

    Raises:
        ContractError: a file is missing, not YAML, or says what is not allowed; with its line.
    """
    path = folder / "dataset.yaml"
    if not path.is_file():
        raise ContractError(f"no dataset.yaml in {folder.name}/", allowed=sorted(known_datasets([folder.parent])))
    spec = validated(DatasetSpec, read_yaml(path.read_bytes(), f"{folder.name}/dataset.yaml"), "is not allowed")
    if spec.name != folder.name:
        raise ContractError("a dataset has its folder's name", given=spec.name, allowed=folder.name)
    contracts = load_contracts(folder / "contracts", spec.sources)
    check_numbers(spec.sources, contracts.values())
    periodic = {name for name, source in spec.sources.items() if isinstance(source, FileSource) and source.period}
    return Dataset(folder, spec, contracts, load_versions(folder / "contracts", contracts, periodic))


def known_datasets(roots: Iterable[Path]) -> dict[str, list[Path]]:
    """Dataset folders below any of `roots` by name; of two with one name that of the first root holds."""
    found: dict[str, list[Path]] = {}
    for root in roots:
        for path in sorted(root.glob("[!.]*/dataset.yaml")):
            found.setdefault(path.parent.name, []).append(path.parent)
    return found


def open_dataset(roots: Iterable[Path], name: str) -> Dataset:
    """The first dataset `name` below `roots`; what is wrong with other folders does not matter.

    Raises:
        ContractError: there is none (the message lists the known ones), or it can't be read.
    """
    roots = tuple(roots)
    known = known_datasets(roots)
    if name not in known:
        absent = ", ".join(root.name for root in roots if not root.is_dir())
        hint = f"clearwell --datasets DIR; no folder here: {absent}" if absent else "clearwell --datasets DIR"
        raise ContractError(f"no dataset {name!r}", given=name, allowed=sorted(known) or "none yet", hint=hint)
    return load_dataset_folder(known[name][0])


def definition_files(folder: Path) -> list[Path]:
    """The files of a dataset's folder that say what its runs do; its digest covers them."""
    return [path for path in sorted(folder.rglob("*")) if path.suffix in (".yaml", ".py")]


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in definition_files(folder):
        total.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
