"""Keys of entities and records in clear: nothing that a run pseudonymised may stand in what it publishes.

The run's refined tables hold the pseudonym of each such value, so they are the keyed set to look in: no second read of
landing, no further file, and what was erased from them is not known here either.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.privacy.leaks.accepted import Accepted
from pipeline.privacy.pseudonyms import FINGERPRINT_BYTES, Pseudonymiser
from pipeline.privacy.rosters.terms import LEAST_IDENTIFIER, LEAST_PHONE, compacted

_DIGITS = 2 * FINGERPRINT_BYTES
#: Words that may be one identifier as it is written, such as E-1007 or P/2021/17.
_TOKEN = re.compile(r"[^\W_]+(?:[-./_:+@][^\W_]+)*")
_PIECE = re.compile(r"[^\W_]+")
_NO_WORD = re.compile(r"[@\d]")
_MOST_PIECES = 6


class Identifiers:
    """Pseudonyms of a run by domain, the first 64 bits of each; false hits as for `Fingerprints`.

    A value is known as it is written, in upper case and in lower case. Less than 5 letters and digits, or 7 digits
    alone, would be met by counts and words. In running text only what has a letter and a digit or @ is looked up: words
    and sizes of files meet keys by chance.
    """

    def __init__(self, pseudonyms: Mapping[str, Iterable[NDArray[np.uint64]]]) -> None:
        """`pseudonyms`: of each domain, what `leading` made of its columns."""
        self._known = {domain: np.unique(np.concatenate([*parts])) for domain, parts in pseudonyms.items()}

    def __len__(self) -> int:
        return sum(map(len, self._known.values()))

    def stand_in(self, text: str, is_cell: bool, pseudonymiser: Pseudonymiser, accepted: Accepted) -> bool:
        """Whether a pseudonymised value stands in the text, other than an accepted one."""
        written = {value for value in _candidates(text, is_cell) if compacted(value) not in accepted.compact}
        values = {form for value in written for form in (value, value.upper(), value.lower())}
        return any(self._any(values, domain, pseudonymiser) for domain in self._known) if values else False

    def _any(self, values: set[str], domain: str, pseudonymiser: Pseudonymiser) -> bool:
        known = self._known[domain]
        hexes = [found[:_DIGITS] for found in pseudonymiser.pseudonyms(values, domain) if found is not None]
        looked_up = np.array([int(found, 16) for found in hexes], np.uint64)
        places = np.searchsorted(known, looked_up)
        inside = places < len(known)
        return bool((known[places[inside]] == looked_up[inside]).any())


def leading(pseudonyms: pa.Array | pa.ChunkedArray) -> NDArray[np.uint64]:
    """The first 64 bits of each pseudonym, ascending, each once."""
    distinct = pc.drop_null(pc.unique(pc.utf8_slice_codeunits(pseudonyms, 0, _DIGITS)))
    digits = "".join(distinct.to_pylist())
    return np.unique(np.frombuffer(bytes.fromhex(digits), f">u{FINGERPRINT_BYTES}").astype(np.uint64))


def _candidates(text: str, is_cell: bool) -> set[str]:
    """Stretches of a text, as they are written, that may be an identifier."""
    found = {stretch for token in _TOKEN.findall(text) for stretch in _stretches(token)}
    if not is_cell:
        return {stretch for stretch in found if _long_enough(stretch) and not compacted(stretch).isdigit()}
    return set(filter(_long_enough, {*found, text.strip()}))


def _stretches(token: str) -> Iterator[str]:
    """Parts of a token between its separators that are no mere words."""
    if _NO_WORD.search(token):
        pieces = [piece.span() for piece in _PIECE.finditer(token)]
        spans = ((start, end) for at, (start, _) in enumerate(pieces) for _, end in pieces[at : at + _MOST_PIECES])
        yield from (part for start, end in spans if _NO_WORD.search(part := token[start:end]))


def _long_enough(value: str) -> bool:
    compact = compacted(value)
    return len(compact) >= (LEAST_PHONE if compact.isdigit() else LEAST_IDENTIFIER)
