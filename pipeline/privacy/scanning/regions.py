"""Which digits can be a phone number of a region, however they are grouped."""

import re
from functools import cache
from re import _parser as parser  # type: ignore[attr-defined]
from typing import NamedTuple

from phonenumbers import PhoneMetadata
from phonenumbers.phonenumberutil import region_codes_for_country_code


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
    if metadata is None:
        return Region(code, None)
    prefix = parser.parse(metadata.national_prefix_for_parsing or "")
    rule = metadata.national_prefix_transform_rule
    if rule and rule != f"${prefix.state.groups - 1}":  # what is left must be the number's end
        return Region(code, None)
    # The library may take the country's code away once, and the national prefix before and after that.
    dropped = len(str(metadata.country_code)) + 2 * int(prefix.getwidth()[1])
    others = region_codes_for_country_code(metadata.country_code)
    known = [found for other in others if (found := PhoneMetadata.metadata_for_region(other, None))]
    plans = dict.fromkeys(found.general_desc.national_number_pattern for found in known)
    valid = rf"[0-9]{{0,{dropped}}}(?:{'|'.join(f'(?:{plan})' for plan in plans)})\Z"
    abroad = metadata.international_prefix or "(?!)"
    return Region(code, re.compile(f"(?:{abroad})|{valid}"))
