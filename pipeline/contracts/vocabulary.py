"""Which words a contract may use, and how a word that it may not use is refused."""

from collections.abc import Mapping
from typing import Any, get_args

from pipeline.contracts.model import Evolution
from pipeline.errors import ContractError


def refuse_unknown(given: Mapping[str, Any], allowed: set[str], place: str) -> None:
    """Raises ContractError when `given` has a key outside `allowed`: an ignored word would be a broken promise."""
    unknown = sorted(set(given) - allowed)
    if unknown:
        raise ContractError(
            f"{place}: clearwell does not support {', '.join(unknown)}", given=unknown, allowed=sorted(allowed)
        )


def evolution(custom: Mapping[str, Any], name: str, usual: Evolution, place: str) -> Evolution:
    """What the custom property `name` (`newColumns`, `onMismatch`) says; `usual` where it is not there.

    Raises:
        ContractError: it says another word than freeze, evolve, discard_value and discard_row.
    """
    word: Evolution = custom.get(name, usual)
    if word not in get_args(Evolution):
        raise ContractError(f"{place}: {name} does not understand that", given=word, allowed=get_args(Evolution))
    return word


def custom_properties(item: Mapping[str, Any], allowed: set[str], place: str) -> dict[str, Any]:
    """`customProperties` as a mapping from property to value."""
    found = {str(entry.get("property")): entry.get("value") for entry in item.get("customProperties") or ()}
    refuse_unknown(found, allowed, f"{place}.customProperties")
    return found
