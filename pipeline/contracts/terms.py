"""Which words of ODCS 3.0 to 3.2 are obeyed, which concern no data and are passed over, and which are refused.

Anything else is unknown, and refused as well: an ignored word would be a broken promise.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.contracts.place import Place
from pipeline.contracts.vocabulary import nearest


class Terms(NamedTuple):
    """The words of one kind of element."""

    obeyed: frozenset[str]
    ignored: frozenset[str]
    refused: Mapping[str, str]
    """What to do instead, by word."""


def words(text: str) -> frozenset[str]:
    """The words of a text, parted by blanks."""
    return frozenset(text.split())


_ABOUT = "id description businessName deprecated synonyms authoritativeDefinitions tags"
OPERATORS = (
    "mustBe mustNotBe mustBeGreaterThan mustBeGreaterOrEqualTo mustBeLessThan mustBeLessOrEqualTo mustBeBetween "
    "mustNotBeBetween"
)
_FIELDS_INSIDE = "make each field inside a column, with physicalName for its place, such as address.city"

CONTRACT = Terms(
    words("kind apiVersion id version schema"),
    words(
        "name tenant tags status servers dataProduct description domain support price team roles slaDefaultElement "
        "slaProperties authoritativeDefinitions customProperties context contractCreatedTs"
    ),
    {},
)
SOURCE = Terms(
    words("name properties relationships quality customProperties"),
    words(f"{_ABOUT} physicalName physicalType logicalType dataGranularityDescription context"),
    {},
)
COLUMN = Terms(
    words(
        "name description physicalName logicalType logicalTypeOptions required unique primaryKey primaryKeyPosition "
        "enum relationships quality customProperties"
    ),
    words(
        f"{_ABOUT} physicalType semanticType partitioned partitionKeyPosition classification transformSourceObjects "
        "transformDescription examples criticalDataElement"
    ),
    {
        "transformLogic": "a contract says what comes in; compute it in features.py",
        "encryptedName": "say what happens to the column by its privacy action",
        "properties": _FIELDS_INSIDE,
        "items": _FIELDS_INSIDE,
        "map": _FIELDS_INSIDE,
    },
)
ENUM_VALUE = Terms(words("value"), words("id label description tags customProperties authoritativeDefinitions"), {})
RELATIONSHIP = Terms(words("to type customProperties"), words("id description"), {"from": "it is the column itself"})
SOURCE_RELATIONSHIP = Terms(words("from to type customProperties"), words("id description"), {})

_RULE = "type name severity"
#: When a rule is judged is no question here: every run judges every rule.
_RULE_ABOUT = words("id description dimension method businessImpact authoritativeDefinitions tags schedule scheduler")
_UNOBEYED = {"customProperties": "a rule needs no more than its own words"}
#: By the `type` of a quality rule.
RULES: Mapping[str, Terms] = {
    "library": Terms(words(f"{_RULE} metric rule arguments validValues unit {OPERATORS}"), _RULE_ABOUT, _UNOBEYED),
    "sql": Terms(words(f"{_RULE} query unit {OPERATORS}"), _RULE_ABOUT, _UNOBEYED),
    "custom": Terms(words(f"{_RULE} engine implementation unit {OPERATORS}"), _RULE_ABOUT, _UNOBEYED),
    "text": Terms(words(_RULE), _RULE_ABOUT, _UNOBEYED),
}
#: `logicalTypeOptions`, by logicalType.
_LIMITS = "minimum maximum exclusiveMinimum exclusiveMaximum"
OPTIONS: Mapping[str, Terms] = {
    "string": Terms(words("minLength maxLength pattern format"), frozenset(), {}),
    "integer": Terms(words(f"{_LIMITS} multipleOf format"), frozenset(), {}),
    "number": Terms(words(f"{_LIMITS} multipleOf format"), frozenset(), {}),
    "date": Terms(words(f"{_LIMITS} format"), frozenset(), {}),
    "timestamp": Terms(words(f"{_LIMITS} format timezone defaultTimezone"), frozenset(), {}),
    "time": Terms(words(f"{_LIMITS} format timezone defaultTimezone"), frozenset(), {}),
    "boolean": Terms(frozenset(), frozenset(), {}),
}


def check_terms(given: Mapping[str, Any], terms: Terms, place: Place) -> None:
    """Raises ContractError, with its line, at the first word that is refused or unknown."""
    for word in given:
        if word in terms.refused:
            raise (place / word).refusal(f"{word} is not obeyed", hint=terms.refused[word])
        if word not in terms.obeyed | terms.ignored:
            known = sorted(terms.obeyed | terms.ignored)
            raise (place / word).refusal(
                f"unknown word {word}", allowed=", ".join(known) or "none here", hint=nearest(word, known)
            )
