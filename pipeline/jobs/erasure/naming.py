"""How the rows of tables and versions name the subjects: by pseudonyms, where the policy asks by another a snapshot."""

from collections.abc import Iterable
from datetime import date
from itertools import repeat

from pipeline.jobs.erasure.found import Found
from pipeline.privacy.pseudonyms import Pseudonymiser


def pseudonyms_of(pseudonymiser: Pseudonymiser, found: Found) -> dict[str, list[str]]:
    """The subjects' pseudonyms by domain."""
    return {
        domain: [item for item in pseudonymiser.pseudonyms(sorted(values), domain) if item]
        for domain, values in found.identifiers.pseudonymised().items()
    }


def keys_of(pseudonymiser: Pseudonymiser, found: Found) -> list[str]:
    """The pseudonyms of the subjects' own keys."""
    return pseudonyms_of(pseudonymiser, found)[found.identifiers.domains.key]


def at_snapshots(pseudonymiser: Pseudonymiser, keys: list[str], days: Iterable[date]) -> list[str]:
    """What `keys` are called at each of some snapshots, where their pseudonyms are per snapshot."""
    named = (pseudonymiser.snapshot_pseudonyms(keys, repeat(day.isoformat(), len(keys))) for day in days)
    return [name for names in named for name in names if name]
