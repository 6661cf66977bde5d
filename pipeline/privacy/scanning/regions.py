"""Which digits can be a phone number of a region, however they are grouped."""

import re
from functools import cache
from re import _parser as parser  # type: ignore[attr-defined]
from typing import NamedTuple

from phonenumbers import PhoneMetadata
from phonenumbers.phonenumberutil import region_codes_for_country_code

#: Kinds of lines that the library tells apart; a number of no kind is not valid.
_KINDS = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
    "fixed_line",
    "mobile",
)


class Region(NamedTuple):
    """A region of the phone numbers' library.

    `numbers`: whatever the library calls valid here matches, prefixes included, if it is written without plus sign and
    extension; None: nothing is known.
    """

    code: str
    numbers: "re.Pattern[str] | None"

    def may_take(self, digits: str) -> bool:
        """Whether digits without plus sign or extension can be a valid number here."""
        return self.numbers is None or self.numbers.match(digits) is not None


@cache
def region_of(code: str) -> Region:
    """The region; nothing is known of one that the library does not know, or that rewrites numbers."""
    metadata = PhoneMetadata.metadata_for_region(code.upper(), None)
    if metadata is None or metadata.country_code is None:
        return Region(code, None)
    national = metadata.national_prefix_for_parsing or ""
    prefix, rule = parser.parse(national), metadata.national_prefix_transform_rule
    if rule and rule != rf"\{prefix.state.groups - 1}":  # what is left must be the number's end
        return Region(code, None)
    once = rf"[0-9]{{0,{prefix.getwidth()[1]}}}" if rule else f"(?:{national})?"
    # The library takes the national prefix away, or the country's code and then the prefix, even twice.
    before = f"(?:{once}|{metadata.country_code}{once}{once})"
    others = region_codes_for_country_code(metadata.country_code)
    plans = dict.fromkeys(_plan(found) for other in others if (found := PhoneMetadata.metadata_for_region(other, None)))
    abroad = metadata.international_prefix or "(?!)"
    return Region(code, re.compile(f"(?:{abroad})|{before}(?:{'|'.join(plans)})"))


def _plan(metadata: PhoneMetadata) -> str:
    """Valid numbers of a region: of its general shape, and of one kind of line."""
    general, *kinds = (getattr(metadata, kind) for kind in ("general_desc", *_KINDS))
    lines = dict.fromkeys(kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern)
    return rf"(?=(?:{general.national_number_pattern})\Z)(?:{'|'.join(lines)})\Z"
