"""Whether a dataset's features and contracts fit each other; needs no Spark and no data."""

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.model import Contract
from pipeline.errors import FeatureError
from pipeline.features.definitions import FeatureModule

SNAPSHOT = "snapshot_date"


def entity_column(dataset: Dataset) -> str:
    """Name of the feature table's key column, such as `employee_pseudonym`."""
    return f"{dataset.spec.entity}_pseudonym"


def is_reserved(name: str, entity: str) -> bool:
    """Whether a key column of the feature table has the name; Spark takes Age and age for one column."""
    return name.lower() in (f"{entity}_pseudonym".lower(), SNAPSHOT)


def check_definitions(dataset: Dataset, module: FeatureModule) -> None:
    """Refuse definitions and a population that the dataset's contracts can't serve.

    Raises:
        FeatureError: an unknown source, another entity, a source without entity, a reserved name, a population column
            that is not there, or a label that looks ahead of the only snapshot.
    """
    for definition in module.definitions:
        _check_source(dataset, definition.source, definition.name)
        if definition.entity != dataset.spec.entity:
            raise FeatureError(
                f"{definition.name} is of another entity", given=definition.entity, allowed=dataset.spec.entity
            )
        if is_reserved(definition.name, dataset.spec.entity):
            keys = f"{entity_column(dataset)}, {SNAPSHOT}"
            raise FeatureError("a name is reserved", given=definition.name, allowed=f"any but {keys}")
    population, label = dataset.spec.population, module.label
    for source, column in (population.start, population.end) if population else ():
        _check_source(dataset, source, "population")
        names = [kept.name for kept in dataset.contracts[source].kept_columns]
        if column not in names:
            raise FeatureError(f"population: {source} has no column {column!r}", given=column, allowed=names)
    if label and label.looks_ahead and dataset.spec.snapshots is None:
        raise FeatureError(
            f"label {label.name} looks ahead of the only snapshot, the as-of date",
            given=f"a horizon of {label.horizon_months} months",
            allowed="0 months, where dataset.yaml has no snapshots",
            hint="say snapshots.first in dataset.yaml, or let the label read what is known at the snapshot",
        )


def names_entity(dataset: Dataset, source: str) -> bool:
    """Whether rows of the source can name the dataset's entity, by its key or by a link to it."""
    identity = dataset.contracts[source].identity
    if identity is None or identity.entity != dataset.spec.entity:
        return False
    return identity.key is not None or any(link_providers(dataset, link) for link in identity.links_by)


def link_providers(dataset: Dataset, link: str) -> list[tuple[Contract, str]]:
    """Contracts and key columns of the sources that name the dataset's entity by a key and state its column `link`."""
    return [
        (contract, identity.key)
        for contract in dataset.contracts.values()
        if (identity := contract.identity) and identity.entity == dataset.spec.entity
        if identity.key and link in identity.links_by
    ]


def _check_source(dataset: Dataset, source: str, wanted_by: str) -> None:
    if source not in dataset.contracts:
        raise FeatureError(f"{wanted_by} reads an unknown source", given=source, allowed=", ".join(dataset.contracts))
    identity = dataset.contracts[source].identity
    if identity is None or identity.entity != dataset.spec.entity:
        raise FeatureError(
            f"{wanted_by} reads {source}, whose contract names no {dataset.spec.entity}",
            given=identity.entity if identity else None,
            hint="say customProperties.identity in the contract",
        )
    if not names_entity(dataset, source):
        raise FeatureError(
            f"{wanted_by} reads {source}, which links to no keyed source",
            given=", ".join(identity.links_by) or None,
            allowed="a linksBy column that a source with a key has in its linksBy too",
        )
