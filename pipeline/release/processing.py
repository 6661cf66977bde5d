"""The record of processing activities (GDPR article 30, 1), compiled from what a dataset's files already say.

Nothing is asked anew: purposes, legal bases and persons from the contracts, recipients and limits of erasure from
dataset.yaml, retention from platform.yaml. What nobody said is empty here, and never made up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.model import Action, Column

PLATFORM_FILE = Path(__file__).parents[2] / "platform.yaml"
ACTIONS: Mapping[Action, str] = {
    "keep": "as they are",
    "drop": "never leave the landing zone",
    "pseudonymise": "keyed pseudonyms (HMAC-SHA-256)",
    "redact": "persons taken out of free text",
    "band": "in bands",
    "rank": "as quantiles within a group",
    "ratio": "as ratios to a group's median",
    "truncate": "truncated dates and codes",
    "round": "rounded",
    "aggregate": "as figures of a group",
}
_KEYS: Mapping[str, str] = {
    "development": "a development file, refused in production",
    "vault": "HashiCorp Vault",
    "secrets-manager": "AWS Secrets Manager",
}
_RECIPIENTS: Mapping[str, str] = {
    "internal": "people inside the organisation",
    "release": "recipients outside the team that keeps the data",
}


@dataclass(frozen=True)
class Activity:
    """What is done for one purpose on one legal basis; either is empty where nobody said it.

    Attributes:
        persons: categories of data subjects.
        data: `source.column` of each column, those that are never published among them.
    """

    purpose: str
    basis: str
    persons: tuple[str, ...]
    data: tuple[str, ...]


@dataclass(frozen=True)
class SourceHeld:
    """One source, where it comes from and its columns: `{column, what, action, special, purpose, basis}` each."""

    source: str
    kind: str
    connection: str
    columns: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Retention:
    """How long a zone keeps what lies there, in days; None: until clearwell itself removes it."""

    zone: str
    holds: str
    days: int | None
    clear: bool


@dataclass(frozen=True)
class ProcessingRecord:
    """The record of one dataset."""

    dataset: str
    title: str
    owner: str
    activities: tuple[Activity, ...]
    sources: tuple[SourceHeld, ...]
    recipients: dict[str, Any]
    retention: tuple[Retention, ...]
    measures: dict[str, Any]

    @property
    def special(self) -> list[str]:
        """Columns of special categories, `source.column`."""
        return [f"{held.source}.{it['column']}" for held in self.sources for it in held.columns if it["special"]]

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {**asdict(self), "special_categories": self.special}


def record_of(dataset: Dataset, keys: str, platform: Path = PLATFORM_FILE) -> ProcessingRecord:
    """The record of a dataset.

    Args:
        dataset: as its folder says.
        keys: where its keys come from, a word of the setting `keys`.
        platform: file of the zones and their retention.
    """
    spec = dataset.spec
    zones = yaml.safe_load(platform.read_text(encoding="utf-8"))["zones"]
    return ProcessingRecord(
        dataset=spec.name,
        title=spec.title,
        owner=spec.owner,
        activities=tuple(_activities(dataset)),
        sources=tuple(
            SourceHeld(
                name, spec.sources[name].kind, spec.sources[name].connection, tuple(map(_held, contract.columns))
            )
            for name, contract in dataset.contracts.items()
        ),
        recipients={
            "policy": spec.release.policy,
            "who": _RECIPIENTS[spec.release.policy],
            "k": spec.release.k,
            "l": spec.release.l,
        },
        retention=(
            *(
                Retention(name, it["purpose"], it["retention_days"], it["clear_personal_data"])
                for name, it in zones.items()
            ),
            *(Retention("elsewhere", it.what, it.days, clear=True) for it in spec.erasure.elsewhere),
        ),
        measures=_measures(dataset, keys),
    )


def _held(column: Column) -> dict[str, Any]:
    privacy = column.privacy
    return {
        "column": column.name,
        "what": column.description or column.name.replace("_", " "),
        "action": privacy.action,
        "special": privacy.special_category,
        "purpose": privacy.purpose,
        "basis": privacy.basis,
    }


def _activities(dataset: Dataset) -> Iterator[Activity]:
    """One for each purpose and legal basis, in the order of the contracts; what is not about persons is none."""
    data: dict[tuple[str, str], list[str]] = {}
    persons: dict[tuple[str, str], dict[str, None]] = {}
    for source, contract in dataset.contracts.items():
        if contract.identity is None:
            continue
        for column in contract.columns:
            why = column.privacy.purpose, column.privacy.basis
            data.setdefault(why, []).append(f"{source}.{column.name}")
            persons.setdefault(why, {}).update(dict.fromkeys(contract.processing.subjects))
    for (purpose, basis), columns in data.items():
        yield Activity(purpose, basis, tuple(persons[purpose, basis]), tuple(columns))


def _measures(dataset: Dataset, keys: str) -> dict[str, Any]:
    columns = [column for contract in dataset.contracts.values() for column in contract.columns]
    counted = {action: sum(item.privacy.action == action for item in columns) for action in ACTIONS}
    return {
        "actions": {action: number for action, number in counted.items() if number},
        "keys": _KEYS.get(keys, keys),
        "notice_hours": dataset.spec.erasure.notice_hours,
        "others": [
            "what is published is scanned for every known person first, and a hit stops it",
            "reading clear data by a person leaves an entry in a chained audit log",
            "persons are erased from all zones, with a certificate",
        ],
    }
