"""By what the records of a source are a subject's own: its key, links that are its alone, links that passed on."""

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.model import Contract
from pipeline.errors import PrivacyError
from pipeline.features.checks import link_providers
from pipeline.privacy.subjects.identifiers import Domains
from pipeline.privacy.subjects.records import Rules


def domains_of(dataset: Dataset) -> Domains:
    """Domains of the entity's key and of the links that sources with a key state.

    Raises:
        PrivacyError: no source has the entity's key.
    """
    keyed = [item for item in dataset.contracts.values() if key_of(dataset, item)]
    if not keyed:
        raise PrivacyError(
            f"nobody can be found in {dataset.name}: no source has the key of its entity",
            given=dataset.spec.entity,
            hint="say customProperties.identity in a contract",
        )
    links = {link for contract in keyed if contract.identity for link in contract.identity.links_by}
    return Domains(
        key=next(domain_of(contract, str(key_of(dataset, contract))) for contract in keyed),
        links={link: domain_of(link_providers(dataset, link)[0][0], link) for link in sorted(links)},
    )


def rules_of(dataset: Dataset, contract: Contract, domains: Domains) -> Rules:
    identity = contract.identity
    ours = identity is not None and identity.entity == dataset.spec.entity
    links = tuple(link for link in identity.links_by if link in domains.links) if identity and ours else ()
    by_domain: dict[str, str | None] = {**{domain: link for link, domain in domains.links.items()}, domains.key: None}
    key = key_of(dataset, contract)
    alike = {
        column.name: by_domain[column.privacy.domain]
        for column in contract.columns
        if column.privacy.domain in by_domain and column.name not in (key, *links)
    }
    return Rules(key, links, alike, contract.knowledge_time or contract.event_time, domains)


def key_of(dataset: Dataset, contract: Contract) -> str | None:
    identity = contract.identity
    return identity.key if identity and identity.entity == dataset.spec.entity else None


def domain_of(contract: Contract, column: str) -> str:
    return contract.column(column).privacy.domain or column
