"""Runs that look like telephone numbers: real ones of many countries in many forms, and what the matcher refuses."""

from random import Random

import phonenumbers

from tests.privacy.scanning.values import shaped

#: The recognizer's own regions, their neighbours in the plan of +1 and +44, and strangers.
_REGIONS = ("US", "GB", "DE", "FR", "IL", "IN", "CA", "BR", "PR", "JM", "GG", "IM", "IT", "AR", "MX", "JP", "AU", "RU")
_FORMS = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
    phonenumbers.PhoneNumberFormat.RFC3966,
)
_KINDS = (
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.VOIP,
)
#: What the matcher treats on its own: publications' pages, dates, timestamps, times, versions, amounts, long runs.
_REFUSED = (
    "211-227 (2003)", "12/01/2021", "2021-1-3", "1.5.2013", "2012-01-02 08:00", "2012-01-02 0800", "12:30-13:45",
    "1.2.3.4567", "10.0.12345.1", "$1,234,567.89", "3.14159265358979", "0000000000", "123456789012345678901234567890",
    "pp. 2345-2349", "ISBN 978-3-16-148410-0", "(123", "123)", "1-1-12345-33-33", "FOOBAR 1-800", "[2002] 650 253",
    "415-666-7777 / 8", "4156667777x1234567", "08/31/95", "31-08-1995 10", "555-0100", "911", "1 (800) 234 5678 9",
)  # fmt: skip
_EXTENSIONS = (
    ";ext=12",
    " ext. 34",
    " x5678",
    "x12",
    " #77",
    " extn 8",
    " доб. 9",
    ", 12#",
    "ｅｘｔ 4",
    " int 33",
    "~ 5",
)
_PLUS = ("+", "＋", "++", "00", "011 ", "tel:+", "(+", "+ ", "")
_BLANKS = (" ", "-", ".", "/", "  ", "\u00a0", "\u2010", "－", "\u3000", "~", "\u2060", "") + (" ",) * 4
_BESIDE = (
    "",
    "",
    "",
    " ",
    "a",
    "Z",
    "$",
    "€",
    "%",
    "-",
    ".",
    "/",
    ":",
    "x",
    "é",
    "中",
    "\u0301",
    "_",
    "(",
    ")",
    "\t",
    "क",
)
_DIGITS = ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "۰۱۲۳۴۵۶۷۸۹", "০১২৩৪৫৬৭৮৯", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")


def phone_run(random: Random) -> str:
    """A real number rewritten, a run that is refused, or digits at random, with something beside it."""
    made = random.choice((_real, _real, _real, _grouped, _grouped, _refused, _noise, _short))(random)
    if random.random() < 0.15:
        made += random.choice(_EXTENSIONS)
    if random.random() < 0.1:
        made = made.translate(str.maketrans("0123456789", random.choice(_DIGITS)))
    return random.choice(_BESIDE) + made + random.choice(_BESIDE)


def _real(random: Random) -> str:
    number = phonenumbers.example_number_for_type(random.choice(_REGIONS), random.choice(_KINDS))
    if number is None:
        return _grouped(random)
    if random.random() < 0.7:
        number.national_number += random.randrange(-400, 400)
    written = phonenumbers.format_number(number, random.choice(_FORMS))
    change = random.random()
    if change < 0.1:
        return written.replace(" ", random.choice(_BLANKS))
    if change < 0.2:
        return written.replace("+", random.choice(_PLUS), 1)
    if change < 0.3:
        at = random.randrange(len(written))
        return written[:at] + random.choice("0123456789+()-./x ;") + written[at + random.randrange(2) :]
    return written


def _grouped(random: Random) -> str:
    """A plus or none, then groups of digits, some in brackets."""
    groups = [shaped(random, "#" * random.randrange(1, 6)) for _ in range(random.randrange(1, 6))]
    if random.random() < 0.3:
        at = random.randrange(len(groups))
        groups[at] = random.choice(("({})", "[{}]", "({}", "（{}）", "{})")).format(groups[at])
    return random.choice(_PLUS) + random.choice(_BLANKS).join(groups)


def _short(random: Random) -> str:
    """Three to seven digits: some are whole numbers in Germany's plan, and seven in that of +1."""
    return random.choice(("", "", "0", "+49", "+")) + shaped(
        random, random.choice(("16##", "16###", "35####", "310####", "###"))
    )


def _refused(random: Random) -> str:
    return random.choice(_REFUSED)


def _noise(random: Random) -> str:
    return "".join(random.choices("0123456789+()-./x;, #", weights=[6] * 10 + [1] * 11, k=random.randrange(3, 40)))
