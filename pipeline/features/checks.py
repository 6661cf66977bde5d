"""Whether a dataset's features and contracts fit each other; needs no Spark and no data."""

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.model import Contract
from pipeline.errors import FeatureError
from pipeline.features.registry import FeatureModule

SNAPSHOT = "snapshot_date"


def entity_column(dataset: Dataset) -> str:
    """Name of the feature table's key column, such as `employee_pseudonym`."""
    return f"{dataset.spec.entity}_pseudonym"


def check_definitions(dataset: Dataset, module: FeatureModule) -> None:
    """Refuse definitions and a population that the dataset's contracts can't serve.

    Raises:
        FeatureError: an unknown source, another entity, a source without entity or times, a reserved name, or a
            population column that is not there.
    """
    reserved = (entity_column(dataset), SNAPSHOT)
    for definition in module.definitions:
        _check_source(dataset, definition.source, definition.name)
        if definition.entity != dataset.spec.entity:
            raise FeatureError(
                f"{definition.name} is of another entity", given=definition.entity, allowed=dataset.spec.entity
            )
        if definition.name in reserved:
            raise FeatureError("a name is reserved", given=definition.name, allowed=f"any but {', '.join(reserved)}")
    for source, column in (dataset.spec.population.start, dataset.spec.population.end):
        _check_source(dataset, source, "population")
        names = [kept.name for kept in dataset.contracts[source].kept_columns]
        if column not in names:
            raise FeatureError(f"population: {source} has no column {column!r}", given=column, allowed=names)


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
    contract = dataset.contracts[source]
    identity = contract.identity
    if identity is None or identity.entity != dataset.spec.entity:
        raise FeatureError(
            f"{wanted_by} reads {source}, whose contract names no {dataset.spec.entity}",
            given=identity.entity if identity else None,
            hint="say customProperties.identity in the contract",
        )
    _check_times(contract, wanted_by)
    if identity.key is None:
        providers = [found for link in identity.links_by for found in link_providers(dataset, link)]
        if not providers:
            raise FeatureError(
                f"{wanted_by} reads {source}, which links to no keyed source",
                given=", ".join(identity.links_by) or None,
                allowed="a linksBy column that a source with a key has in its linksBy too",
            )
        for provider, _ in providers:
            _check_times(provider, wanted_by)


def _check_times(contract: Contract, wanted_by: str) -> None:
    if contract.event_time is None or contract.knowledge_time is None:
        raise FeatureError(
            f"{wanted_by} needs the times of {contract.source}",
            given=f"eventTime {contract.event_time}, knowledgeTime {contract.knowledge_time}",
            allowed="both",
            hint="where a fact is known when it happens, name one column for both",
        )
