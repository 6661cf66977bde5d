"""What changed between two states of a dataset's folder: of each contract, and of dataset.yaml itself."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.contracts.change import Change
from pipeline.contracts.compatibility import changes
from pipeline.contracts.dataset import Dataset, DatasetSpec
from pipeline.contracts.release import Release
from pipeline.contracts.weakening import Weakening, weakened

#: Limits of the release policy, and the direction in which each protects less.
_LIMITS = {
    "k": -1,
    "l": -1,
    "least_recall": -1,
    "least_name_recall": -1,
    "least_precision": -1,
    "most_suppressed": 1,
}


def dataset_changes(old: Dataset, new: Dataset) -> list[Change]:
    """Every difference, those of dataset.yaml first; contracts of older periods count as `source@periods`."""
    found = [*_sources(old.spec, new.spec), *_spec(old.spec, new.spec)]
    for source in new.contracts:
        if source not in old.contracts:
            continue
        found += [replace(change, source=source) for change in changes(old.contracts[source], new.contracts[source])]
        found += _versions(old, new, source)
    return found


def dataset_weakenings(old: Dataset, new: Dataset) -> list[Weakening]:
    """Every protection that is less than it was: of the release policy first, then of the columns."""
    found = [*_release(old.spec.release, new.spec.release), *_recognizers(old, new)]
    for source, contract in new.contracts.items():
        before = _ancestor(old, new, source)
        if before:
            found += [replace(item, source=source) for item in weakened(old.contracts[before], contract)]
    return found


def _recognizers(old: Dataset, new: Dataset) -> Iterator[Weakening]:
    """What a changed file no longer finds can't be told from it, so any change counts."""
    for name, digest in old.recognizers.items():
        if new.recognizers.get(name) != digest:
            what = "other personal data is looked for in texts" if name in new.recognizers else "is looked for no more"
            yield Weakening(name, "as it was", "changed" if name in new.recognizers else "gone", what)


def _ancestor(old: Dataset, new: Dataset, source: str) -> str | None:
    """The old source of that name, or else one that reads the same records."""
    if source in old.contracts:
        return source
    return next((name for name, was in old.spec.sources.items() if was == new.spec.sources[source]), None)


def _sources(old: DatasetSpec, new: DatasetSpec) -> Iterator[Change]:
    for name in old.sources:
        if name not in new.sources:
            yield _meant(f"sources.{name}", "the source is gone", "there", "gone")
        elif old.sources[name] != new.sources[name]:
            yield Change(f"sources.{name}", "is pulled from elsewhere or otherwise", "means", breaks=False)
    for name in new.sources:
        if name not in old.sources:
            yield Change(f"sources.{name}", "new source", "means", breaks=False)


def _spec(old: DatasetSpec, new: DatasetSpec) -> Iterator[Change]:
    if old.entity != new.entity:
        yield _meant("entity", f"from {old.entity} to {new.entity}", old.entity, new.entity)
    if old.population != new.population:
        yield _meant("population", "other entities exist at a snapshot", "before", "after")
    if old.snapshots != new.snapshots:
        first = [str(spec.snapshots.first) if spec.snapshots else "none" for spec in (old, new)]
        yield _meant("snapshots", f"from {first[0]} to {first[1]}", *first)
    if old.release.quasi_identifiers != new.release.quasi_identifiers:
        yield Change("release.quasi_identifiers", "are published in other levels", "means", breaks=False)
    before, after = old.release.pseudonyms, new.release.pseudonyms
    if before != after:
        yield _meant("release.pseudonyms", f"from {before} to {after}", before, after)
    for word in ("title", "owner", "as_of", "watch", "erasure"):
        if getattr(old, word) != getattr(new, word):
            yield Change(word, "says something else", "same", breaks=False)


def _meant(where: str, what: str, before: str, after: str) -> Change:
    """A change that breaks readers and has no contract whose version could say so."""
    return Change(where, what, "means", breaks=True, before=before, after=after)


def _versions(old: Dataset, new: Dataset, source: str) -> Iterator[Change]:
    was = {version.periods: version.contract for version in old.versions.get(source, ())}
    now = {version.periods: version.contract for version in new.versions.get(source, ())}
    for periods in sorted(was.keys() | now.keys()):
        if periods in was and periods in now:
            for change in changes(was[periods], now[periods]):
                yield replace(change, source=f"{source}@{periods}")
        else:
            word = "have a contract of their own now" if periods in now else "have the current contract now"
            yield Change(f"@{periods}", f"files of these periods {word}", "means", breaks=False, source=source)


def _release(old: Release, new: Release) -> Iterator[Weakening]:
    if old.policy != new.policy:
        yield Weakening("release.policy", old.policy, new.policy, "the version goes to other people")
    for word, less in _LIMITS.items():
        before, after = getattr(old, word), getattr(new, word)
        if (after - before) * less > 0:
            what = "more may be withheld" if less > 0 else "less is asked for"
            yield Weakening(f"release.{word}", f"{before:g}", f"{after:g}", what)
    for name in old.sensitive:
        if name not in new.sensitive:
            yield Weakening(f"release.sensitive.{name}", "there", "gone", "its diversity is no longer asked for")
    if (old.pseudonyms, new.pseudonyms) == ("per_snapshot", "stable"):
        what = "rows of one entity can be joined across snapshots"
        yield Weakening("release.pseudonyms", old.pseudonyms, new.pseudonyms, what)
    yield from _quasi_identifiers(old, new)


def _quasi_identifiers(old: Release, new: Release) -> Iterator[Weakening]:
    kept = {item.column: item for item in new.quasi_identifiers}
    for item in old.quasi_identifiers:
        where, now = f"release.quasi_identifiers.{item.column}", kept.get(item.column)
        if now is None:
            yield Weakening(where, "there", "gone", "nobody is hidden among others by it any more")
        elif item.kind == now.kind and (before := old.fold_below(item)) > (after := new.fold_below(now)):
            yield Weakening(f"{where}.fold_below", f"{before}", f"{after}", "smaller areas are told")
