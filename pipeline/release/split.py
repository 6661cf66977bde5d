"""Rows of a version to train on and rows to test on, such that no training row knows anything of the test period.

A label tells what happened in (snapshot, snapshot + horizon]. So training stops at the last snapshot whose horizon ends
on or before the first test snapshot; the snapshots between are the gap, and in neither part.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import PublishError
from pipeline.release.manifest import Manifest


class Parts(NamedTuple):
    """Rows to train on and rows to test on; both have a known label where the dataset has one."""

    train: pa.Table
    test: pa.Table


def by_time(table: pa.Table, manifest: Manifest, test_from: date | str | None = None) -> Parts:
    """Test on snapshots from `test_from` on, train on those whose horizon ended by the first of them.

    Args:
        table: rows of a version.
        manifest: of that version.
        test_from: first day of the test period; by default the newest snapshot whose label is known.

    Raises:
        PublishError: the version has no label or one snapshot only, or a part would have no rows.
    """
    labelled = table.filter(pc.is_valid(table[_label(table, manifest)]))
    days: list[date] = sorted(pc.unique(labelled[manifest.snapshot]).to_pylist())
    if len(days) < 2:
        raise PublishError(
            f"{manifest.dataset} can't be split by time",
            given=f"snapshots with a known label: {len(days)}",
            allowed="two or more",
            hint=_instead(table, manifest),
        )
    wanted = days[-1] if test_from is None else _day(test_from)
    first = next((day for day in days if day >= wanted), None)
    train = [] if first is None else [day for day in days if day < first and _ends(day, manifest) <= first]
    if first is None or not train:
        raise PublishError(
            f"{manifest.dataset} has no rows to {'test on' if first is None else 'train on'}",
            given=f"test_from {wanted}, a horizon of {manifest.label_horizon_months} months",
            allowed=_possible(days, manifest),
        )
    at = labelled[manifest.snapshot]
    return Parts(labelled.filter(pc.is_in(at, pa.array(train, at.type))), labelled.filter(pc.greater_equal(at, first)))


def by_entity(table: pa.Table, manifest: Manifest, test_share: float = 0.2, seed: str = "") -> Parts:
    """Part the entities by a hash of each: all rows of one lie on one side, in every version and on any machine.

    Args:
        table: rows of a version.
        manifest: of that version.
        test_share: of the entities, between 0 and 1; met roughly, as each is decided for itself.
        seed: another text makes another split.

    Raises:
        PublishError: the share is not between 0 and 1, the version does not say which column its entities are, or an
            entity has another pseudonym at each of several snapshots.
    """
    if not 0 < test_share < 1:
        raise PublishError("not a share of the entities", given=test_share, allowed="between 0 and 1")
    if manifest.entity not in table.column_names:
        raise _too_old(manifest)
    if not _joins_entities(table, manifest):
        raise PublishError(
            f"{manifest.dataset} can't be split by entity: rows of one would lie on both sides",
            given="another pseudonym of each entity at each snapshot",
            allowed="pseudonyms: stable, or one snapshot",
            hint=f'time_split("{manifest.dataset}"); or release: pseudonyms: stable in dataset.yaml, and a new run',
        )
    if manifest.label:
        table = table.filter(pc.is_valid(table[manifest.label]))
    entities = pc.unique(table[manifest.entity])
    chosen = [_fraction(seed, str(entity)) < test_share for entity in entities.to_pylist()]
    tested = pc.is_in(table[manifest.entity], entities.filter(pa.array(chosen, pa.bool_())))
    return Parts(table.filter(pc.invert(tested)), table.filter(tested))


def _label(table: pa.Table, manifest: Manifest) -> str:
    if manifest.snapshot not in table.column_names:
        raise _too_old(manifest)
    if manifest.label is None:
        raise PublishError(f"{manifest.dataset} has no label to split by", hint=_instead(table, manifest))
    return manifest.label


def _instead(table: pa.Table, manifest: Manifest) -> str | None:
    if not _joins_entities(table, manifest):
        return None
    return f'random_split("{manifest.dataset}") parts whole entities by a hash'


def _joins_entities(table: pa.Table, manifest: Manifest) -> bool:
    """Whether all rows of an entity can be told."""
    return not manifest.entities_within or len(pc.unique(table[manifest.entities_within])) < 2


def _too_old(manifest: Manifest) -> PublishError:
    return PublishError(
        f"this version of {manifest.dataset} does not say what its columns are",
        allowed="one that this clearwell published",
        hint=f"clearwell run {manifest.dataset}",
    )


def _day(value: date | str) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise PublishError("test_from is no day", given=value, allowed="such as 2024-12-31") from None


def _ends(day: date, manifest: Manifest) -> date:
    """The last day that the label of a snapshot sees, as Spark's `add_months` counts it."""
    import pandas as pd  # noqa: PLC0415 - half a second, for who splits by time only

    end: date = (pd.Timestamp(day) + pd.DateOffset(months=manifest.label_horizon_months)).date()
    return end


def _possible(days: Sequence[date], manifest: Manifest) -> str:
    """Values of `test_from` that leave rows on both sides."""
    possible = [day for day in days[1:] if _ends(days[0], manifest) <= day]
    return f"test_from between {possible[0]} and {possible[-1]}" if possible else "none: too few snapshots"


def _fraction(seed: str, entity: str) -> float:
    """A number in [0, 1) that depends on the two texts only."""
    return int.from_bytes(hashlib.sha256(f"{seed}\0{entity}".encode()).digest()[:8]) / 2**64
