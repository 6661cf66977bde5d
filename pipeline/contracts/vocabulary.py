"""Which words a contract may use, and how a word that it may not use is refused."""

from collections.abc import Mapping
from typing import Any

from pipeline.errors import ContractError


def refuse_unknown(given: Mapping[str, Any], allowed: set[str], place: str) -> None:
    """Raises ContractError when `given` has a key outside `allowed`: an ignored word would be a broken promise."""
    unknown = sorted(set(given) - allowed)
    if unknown:
        raise ContractError(
            f"{place}: clearwell does not support {', '.join(unknown)}", given=unknown, allowed=sorted(allowed)
        )


def custom_properties(item: Mapping[str, Any], allowed: set[str], place: str) -> dict[str, Any]:
    """`customProperties` as a mapping from property to value."""
    found = {str(entry.get("property")): entry.get("value") for entry in item.get("customProperties") or ()}
    refuse_unknown(found, allowed, f"{place}.customProperties")
    return found
