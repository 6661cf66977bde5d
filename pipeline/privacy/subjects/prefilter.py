"""Where terms may stand in many bytes: Hyperscan over names and addresses, and over numbers without their separators.

What it does not report holds no term; what it reports is for the judge to decide.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.privacy.scanning.databases import Databases, Expression
from pipeline.privacy.subjects.terms import Terms, Words

Places = npt.NDArray[np.int64]

_MARKS = re.compile("[\u0300-\u036f]+")
#: Name of the encoder's handler of what is not ASCII; distinct stretches whose form is remembered.
_STRANGERS, _REMEMBERED = "clearwell.coarse", 50_000
#: Taken out of a text before numbers are searched for: all that may stand within one, and line ends.
_SIGNS = b" .()/+-:_\t\n\r\v\f"
_KEPT = bytes(sign not in _SIGNS for sign in range(256))
#: Between two words; up to two middle names.
_GAP, _MIDDLE = b"[^a-z0-9]+", b"(?:[a-z0-9]+[^a-z0-9]+){0,2}"
#: Literals are cheap together, names with their gaps are not.
_LITERALS, _NAMES = 4_096, 512
#: Bytes of which those kept are counted together.
_PAGE = 4_096


def coarse(text: str) -> bytes:
    """A text without case, accents and other forms of its characters: what the judge takes for equal is equal.

    Stretches of ASCII pass as they are, in whatever case.
    """
    return text.encode("ascii") if text.isascii() else text.encode("ascii", _STRANGERS)


@lru_cache(_REMEMBERED)
def _coarse(stretch: str) -> bytes:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", stretch).casefold())
    return _MARKS.sub("", plain).encode("utf-8", "replace")


def _strangers(error: UnicodeError) -> tuple[bytes, int]:
    """Called by the encoder with each stretch that is not ASCII."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return _coarse(error.object[error.start : error.end]), error.end


codecs.register_error(_STRANGERS, _strangers)


class Prefilter:
    """Where one of the terms may end, in bytes of ASCII or of `coarse` texts in UTF-8."""

    def __init__(self, terms: Terms) -> None:
        names = {_expression(words) for words in terms.words}
        literals = {*terms.emails, *terms.glued}
        self._names = _databases(names, _NAMES)
        self._literals = _databases({re.escape(coarse(text)) for text in literals}, _LITERALS)
        self._numbers = _databases({re.escape(coarse(text)) for text in _shortest(terms.numbers)}, _LITERALS)

    def ends(self, data: bytes) -> Places:
        """Ascending byte positions at which a term may end."""
        found = [end for _, end in self._names.hits(data)] + [end for _, end in self._literals.hits(data)]
        numbers = [end for _, end in self._numbers.hits(data.translate(None, _SIGNS))]
        if numbers:
            found += _original(data, numbers)
        return np.unique(np.array(found, np.int64))


def _original(data: bytes, ends: Iterable[int]) -> list[int]:
    """Where bytes end in `data` that end at `ends` without its signs."""
    kept = np.frombuffer(data.translate(_KEPT).ljust(-(-len(data) // _PAGE) * _PAGE, b"\0"), bool).reshape(-1, _PAGE)
    before = np.concatenate([[0], np.cumsum(np.count_nonzero(kept, axis=1))])
    found = []
    for end in ends:
        page = int(np.searchsorted(before, end - 1, side="right")) - 1
        found.append(page * _PAGE + int(np.flatnonzero(kept[page])[end - 1 - before[page]]) + 1)
    return found


def _databases(expressions: Iterable[bytes], together: int) -> Databases:
    numbered = [Expression(at, text, caseless=True, once=False) for at, text in enumerate(sorted(expressions))]
    return Databases(numbered, together)


def _expression(words: Words) -> bytes:
    parts = [_GAP.join(re.escape(coarse(word)) for word in some) for some in words[:2] if some]
    return (_GAP + _MIDDLE).join(parts)


def _shortest(terms: Iterable[str]) -> set[str]:
    """Terms that hold no other one: a number with its country's code ends with the number without."""
    kept: set[str] = set()
    for term in sorted(terms, key=len):
        if not any(term[at : at + size] in kept for size in {len(item) for item in kept} for at in range(len(term))):
            kept.add(term)
    return kept
