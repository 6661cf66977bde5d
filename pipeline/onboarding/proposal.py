"""What a dataset of some samples should say: sources, columns, keys, and who others may recognise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import ContractError, SourceError
from pipeline.onboarding.asked import Asked, check_target, named
from pipeline.onboarding.keys import Key, entity_word, find_key
from pipeline.onboarding.limits import Limits, limits
from pipeline.onboarding.meaning import Meaning, meanings
from pipeline.onboarding.names import identifier
from pipeline.onboarding.profile import Profile, profiles
from pipeline.onboarding.proposed import ProposedColumn, ProposedSource
from pipeline.onboarding.quasi import Quasi, quasi_identifiers
from pipeline.onboarding.sampled import Sampled
from pipeline.onboarding.texts import names_people, without_texts
from pipeline.onboarding.treatment import Column, treat


@dataclass(frozen=True)
class Proposal:
    """A dataset. Its first source is the main one: it has the target and the quasi-identifiers."""

    name: str
    entity: str
    sources: tuple[ProposedSource, ...]
    target: str | None
    quasi: tuple[Quasi, ...]
    nameless: bool = False
    """Texts are published though nobody knows the names of the people in them."""

    @property
    def names_people(self) -> bool:
        """Whether some source holds people's full names."""
        return any(map(names_people, self.sources))

    @property
    def main(self) -> ProposedSource:
        return self.sources[0]


def propose(name: str, samples: Mapping[str, Sampled], asked: Asked) -> Proposal:
    """A cautious proposal for samples by their source's name; the first is the main one.

    Raises:
        SourceError: no record of a source can be read.
        ContractError: no such target or key, a target that can't be one, or sources that no column joins.
    """
    for source, sampled in samples.items():
        _check_records(source, sampled)
    known = {source: profiles(sampled) for source, sampled in samples.items()}
    meant = {source: meanings(columns) for source, columns in known.items()}
    main = next(iter(samples))
    target = named(known[main], asked.target, "--target")
    shared = _shared(known, meant, named(known[main], asked.key, "--key")) if len(known) > 1 else None
    own = shared or named(known[main], asked.key, "--key")
    keys = {source: find_key(known[source], meant[source], samples[source], own) for source in samples}
    keys = {source: _joined(key, shared) for source, key in keys.items()}
    entity = identifier(asked.entity, "record") if asked.entity else entity_word(keys[main], known[main])
    check_target(known[main], meant[main], target, keys[main])
    sources = tuple(_source(item, samples[item], known[item], meant[item], keys[item], entity, target, item == main)
                    for item in samples)  # fmt: skip
    unnamed = not any(map(names_people, sources))
    if unnamed and not asked.nameless:
        sources = tuple(without_texts(source, target) for source in sources)
    treated = {item.name: item.treatment for item in sources[0].columns}
    quasi = quasi_identifiers(known[main], meant[main], treated, target)
    sources = (_without_common(sources[0], quasi), *sources[1:])
    return Proposal(name, entity, sources, target, tuple(quasi), unnamed and asked.nameless)


def _source(
    name: str, sampled: Sampled, columns: Sequence[Profile], meant: Mapping[str, Meaning], key: Key, entity: str,
    target: str | None, main: bool,
) -> ProposedSource:  # fmt: skip
    made = []
    for item in columns:
        wanted = Column(
            item,
            meant[item.name],
            entity,
            names_entity=item.name == key.entity,
            in_key=item.name in key.columns,
            is_target=main and item.name == target,
            typed=bool(sampled.json_kinds),
        )
        treatment = treat(wanted)
        # A rule on what is dropped would cost rows and gain nothing.
        rules = Limits() if treatment.action == "drop" else limits(item, meant[item.name].word, sampled.whole)
        made.append(ProposedColumn(item, meant[item.name], treatment, rules))
    entities = next((item for item in columns if item.name == key.entity), None)
    return ProposedSource(name, sampled, tuple(made), key, entities is None or entities.unique)


def _without_common(source: ProposedSource, quasi: Sequence[Quasi]) -> ProposedSource:
    """A quasi-identifier has levels for its rare values: these are not folded twice."""
    levelled = {item.column for item in quasi}
    columns = tuple(
        replace(
            item,
            treatment=replace(item.treatment, common=(), why="others may know it: published by levels, down to none"),
        )
        if item.name in levelled and item.treatment.common
        else item
        for item in source.columns
    )
    return replace(source, columns=columns)


def _check_records(source: str, sampled: Sampled) -> None:
    if not sampled.records:
        given = ", ".join(f"{rows:,} {reason}" for reason, rows in sampled.rejected.items()) or "0 records"
        raise SourceError(f"no record of {source} can be read", given=given, allowed="at least one")


def _shared(
    known: Mapping[str, Sequence[Profile]], meant: Mapping[str, Mapping[str, Meaning]], asked: str | None
) -> str:
    """The column that all sources share and whose values tell the main source's records apart."""
    main = next(iter(known))
    in_all = set.intersection(*({item.name for item in columns} for columns in known.values()))
    naming = [
        item.name
        for item in known[main]
        if item.name in in_all and item.nulls == 0 and item.unique and item.name == (asked or item.name)
        if asked or meant[main][item.name].word in ("id", "email", "national_id")
    ]
    if not naming or any(item.nulls for columns in known.values() for item in columns if item.name == naming[0]):
        raise ContractError(
            "no column joins the files: one that all have, and that no two records of the first share",
            given="; ".join(
                f"{source}: {', '.join(item.place for item in columns[:8])}" for source, columns in known.items()
            ),
            hint="name the file with one record an entity first, and say --key COLUMN",
        )
    return naming[0]


def _joined(key: Key, shared: str | None) -> Key:
    return replace(key, entity=shared) if shared else key
