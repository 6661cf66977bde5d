"""Names for columns, sources and datasets, out of whatever a header or a file's name says."""

import keyword
import re
import unicodedata
from collections.abc import Iterable

#: Letters whose accents are no marks of their own.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d"})
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LONGEST = 40
#: Words that Spark's SQL, the feature table or Python keep for themselves.
_RESERVED = frozenset({"snapshot_date", "entity", "events", "record", *keyword.kwlist})


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name in lower case, without accents: `MonthlyIncome (EUR)` is monthly, income, eur."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    ascii_only = "".join(char for char in plain if not unicodedata.combining(char))
    return tuple(word.lower() for word in _WORDS.findall(ascii_only))


def identifier(text: str, otherwise: str) -> str:
    """A name of lower-case ASCII words joined by `_`; `otherwise` where the text has none."""
    name = "_".join(words_of(text))[:_LONGEST].strip("_") or otherwise
    if name[0].isdigit():
        name = f"{otherwise.rstrip('0123456789_') or 'c'}_{name}"
    return f"{name}_" if name in _RESERVED else name


def identifiers(texts: Iterable[str], otherwise: str) -> list[str]:
    """A name for each text, all different: a name that is taken gets a number."""
    taken: set[str] = set()
    names = []
    for number, text in enumerate(texts, 1):
        first = name = identifier(text, f"{otherwise}_{number}")
        again = 2
        while name in taken:
            name, again = f"{first}_{again}", again + 1
        taken.add(name)
        names.append(name)
    return names
