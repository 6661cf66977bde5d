"""All of `clearwell new`: look, propose, write, and say what the release policy would do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from glob import glob
from pathlib import Path
from typing import Any

from pipeline.contracts.strict import Strict
from pipeline.errors import SourceError
from pipeline.extract.connections import FolderConnection
from pipeline.keys import open_key_source
from pipeline.onboarding.asked import Asked
from pipeline.onboarding.connection import add_connection, find_name
from pipeline.onboarding.database import is_address, read_address, sample_table
from pipeline.onboarding.files import group, refuse_personal_name
from pipeline.onboarding.folder import check_name, check_place, write_folder
from pipeline.onboarding.names import identifier
from pipeline.onboarding.proposal import Proposal, propose
from pipeline.onboarding.proposed import ProposedColumn
from pipeline.onboarding.release_advice import Advice, advise
from pipeline.onboarding.sampled import Sampled
from pipeline.onboarding.sampling import sample_file, together
from pipeline.settings import Settings


@dataclass(frozen=True)
class Wanted:
    """What the user asked for; `given` are files, patterns of files, or one database's address."""

    name: str
    given: tuple[str, ...]
    asked: Asked
    record: str | None = None
    force: bool = False


@dataclass(frozen=True)
class Made:
    """What was made.

    Attributes:
        folder: of the dataset.
        proposal: what stands in it.
        release: what its policy would do to the sample.
        connections: a line for each connection: added, or there before.
    """

    folder: Path
    proposal: Proposal
    release: Advice
    connections: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """For programs; no value of the data."""
        return {
            "dataset": self.proposal.name,
            "folder": str(self.folder),
            "entity": self.proposal.entity,
            "target": self.proposal.target,
            "quasi_identifiers": [item.column for item in self.proposal.quasi],
            "sources": {
                source.name: {
                    "records": source.sampled.records,
                    "whole": source.sampled.whole,
                    "rejected": dict(source.sampled.rejected),
                    "key": list(source.key.columns) or ["record:number"],
                    "columns": [_column(item) for item in source.columns],
                }
                for source in self.proposal.sources
            },
            "release": self.release.document(),
            "next": [f"clearwell preview {self.proposal.name}", f"clearwell run {self.proposal.name}"],
        }


@dataclass(frozen=True)
class _Origin:
    """Where a source's records come from: its connection, and what dataset.yaml says of it beside that."""

    sampled: Sampled
    connection: Strict
    words: Mapping[str, Any]


def make_dataset(settings: Settings, wanted: Wanted) -> Made:
    """Make the dataset folder, and the connection that it reads by.

    Raises:
        SettingsError: the name, the place or the address can't be taken.
        SourceError: a file or table can't be read, or is none.
        KeySourceError: the credential of a database can't be had.
        ContractError: no such target or key, or files that no column joins.
    """
    check_name(wanted.name)
    folder = settings.dataset_roots[0] / wanted.name
    check_place(folder, wanted.force)
    origins = _origins(settings, wanted)
    proposal = propose(wanted.name, {name: item.sampled for name, item in origins.items()}, wanted.asked)
    release = advise(proposal)
    entries, told = _connect(settings.connections_file, wanted.name, origins)
    title = f"{', '.join(origins)}: " + (
        f"what is known of {wanted.asked.target}" if wanted.asked.target else "a table"
    )
    write_folder(folder, proposal, entries, title, date.today())
    return Made(folder, proposal, release, told)


def _connect(
    file: Path, wanted: str, origins: Mapping[str, _Origin]
) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    """Entries of dataset.yaml, and what was done to connections.yaml, in words."""
    entries: dict[str, dict[str, Any]] = {}
    told: list[str] = []
    for source, item in origins.items():
        name, there = find_name(file, wanted, item.connection)
        if not there:
            add_connection(file, name, item.connection)
            told.append(f"connection {name} added to {file}")
        entries[source] = {"kind": item.sampled.kind, "connection": name, **item.words, **item.sampled.declared}
    return entries, tuple(told) or (f"its connection was there: {file}",)


def _origins(settings: Settings, wanted: Wanted) -> dict[str, _Origin]:
    """What was given, by the source's name."""
    tables = [item for item in wanted.given if is_address(item)]
    if tables and len(tables) < len(wanted.given):
        raise SourceError("files and tables of a database can't be one dataset yet", given=f"{len(wanted.given)} given")
    found = _tables(settings, wanted) if tables else _files(wanted)
    named: dict[str, _Origin] = {}
    for first, item in found:
        name, again = first, 2
        while name in named:
            name, again = f"{first}_{again}", again + 1
        named[name] = item
    return named


def _tables(settings: Settings, wanted: Wanted) -> Iterator[tuple[str, _Origin]]:
    keys = open_key_source(settings)
    for address in wanted.given:
        given = read_address(address, keys, wanted.name)
        sampled = sample_table(given, keys, settings.connections_file.parent, wanted.name)
        yield identifier(given.source, "source"), _Origin(sampled, given.connection, {})


def _files(wanted: Wanted) -> Iterator[tuple[str, _Origin]]:
    """Groups of files of one layout."""
    paths = []
    for given in wanted.given:
        found = [Path(given)] if Path(given).exists() else sorted(map(Path, glob(given, recursive=True)))
        if not found:
            name = Path(given).name
            raise SourceError(f"there is no file {name}", given=name, hint="name files, or a pattern of files")
        paths += found
    for number, path in enumerate(paths, 1):
        refuse_personal_name(number, path)
    for item in group(paths, lambda path: sample_file(path, wanted.record)):
        words = {"files": item.pattern}
        yield item.name, _Origin(together(item.samples), FolderConnection(folder=str(item.folder)), words)


def _column(item: ProposedColumn) -> Mapping[str, Any]:
    profile = item.profile
    return {
        "column": item.name,
        "type": profile.type.logical_type,
        "nulls": profile.nulls,
        "distinct": profile.distinct,
        "meaning": item.meaning.word,
        "found": dict(item.meaning.shares),
        "action": item.treatment.action,
        "why": item.treatment.why,
    }
