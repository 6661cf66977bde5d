"""All of `clearwell new`: look, propose, write, and say what the release policy would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from glob import glob
from pathlib import Path
from typing import Any

from pipeline.errors import SourceError
from pipeline.onboarding.connection import add_connection, find_name, folder_connection
from pipeline.onboarding.files import FileGroup, group, refuse_personal_name
from pipeline.onboarding.folder import check_name, check_place, write_folder
from pipeline.onboarding.names import identifier
from pipeline.onboarding.proposal import Asked, Proposal, ProposedColumn, propose
from pipeline.onboarding.release_advice import Advice, advise
from pipeline.onboarding.sampled import Sampled
from pipeline.onboarding.sampling import sample_file, together
from pipeline.settings import Settings


@dataclass(frozen=True)
class Wanted:
    """What the user asked for; `given` are files, patterns of files, or one database's address."""

    name: str
    given: tuple[str, ...]
    asked: Asked = Asked()
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


def make_dataset(settings: Settings, wanted: Wanted) -> Made:
    """Make the dataset folder, and the connection that it reads by.

    Raises:
        SettingsError: the name or place can't be taken.
        SourceError: a file can't be read, or is no table.
        ContractError: no such target or key, or files that no column joins.
    """
    check_name(wanted.name)
    folder = settings.dataset_roots[0] / wanted.name
    check_place(folder, wanted.force)
    groups = _groups(wanted)
    samples = {name: together(item.samples) for name, item in groups.items()}
    proposal = propose(wanted.name, samples, wanted.asked)
    release = advise(proposal)
    entries: dict[str, dict[str, Any]] = {}
    told = []
    for name, item in groups.items():
        connection = folder_connection(item.folder)
        found, there = find_name(settings.connections_file, wanted.name, connection)
        if not there:
            add_connection(settings.connections_file, found, connection)
        told.append(f"connection {found} {'was there' if there else 'added'}: {settings.connections_file}")
        entries[name] = _entry(samples[name], found, item.pattern)
    title = f"{', '.join(groups)}: " + (f"what is known of {wanted.asked.target}" if wanted.asked.target else "a table")
    write_folder(folder, proposal, entries, title, date.today())
    return Made(folder, proposal, release, tuple(dict.fromkeys(told)))


def _groups(wanted: Wanted) -> dict[str, FileGroup]:
    """Groups of files by their source's name."""
    paths = []
    for given in wanted.given:
        found = [Path(given)] if Path(given).exists() else sorted(map(Path, glob(given, recursive=True)))
        if not found:
            raise SourceError(f"there is no file {Path(given).name}", given=given, hint="name files, or a pattern of files")
        paths += found
    for number, path in enumerate(paths, 1):
        refuse_personal_name(number, path)
    groups: dict[str, FileGroup] = {}
    for item in group(paths, lambda path: sample_file(path, wanted.record)):
        first = name = identifier(item.name, "source")
        again = 2
        while name in groups:
            name, again = f"{first}_{again}", again + 1
        groups[name] = item
    return groups


def _entry(sampled: Sampled, connection: str, pattern: str) -> dict[str, Any]:
    return {"kind": sampled.kind, "connection": connection, "files": pattern, **sampled.declared}


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
