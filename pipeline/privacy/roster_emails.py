"""Finds a roster's e-mail addresses around each "@" of a text."""

import re
from collections.abc import Iterable, Iterator

from pipeline.privacy.folding import fold, is_unspaced
from pipeline.privacy.known_strings import KnownStrings

_RUN = re.compile(r"[^\W_]+")


def folded_emails(values: Iterable[str]) -> set[str]:
    """Addresses as they are compared; what has no "@" is none."""
    return {mail for value in values if "@" in (mail := fold(value.strip()).text)}


def is_plain(mail: str) -> bool:
    """Whether an address is found by its words around one "@"; others are searched for as they are."""
    edges = all(char.isalnum() and not is_unspaced(char) for char in (mail[0], mail[-1]))
    return edges and mail.count("@") == 1 and " " not in mail


class RosterEmails:
    """Plain addresses, each where a word begins and ends: the address itself, and not another that contains it."""

    def __init__(self, plain: Iterable[str]) -> None:
        mails = list(plain)
        self._known = KnownStrings(mails)
        self._before = max((mail.index("@") for mail in mails), default=0)
        self._after = max((len(mail) - mail.index("@") for mail in mails), default=0)

    def find(self, folded: str) -> Iterator[tuple[int, int]]:
        """Candidates (start, end) in a folded text; whether words begin and end there is asked by the caller."""
        sign = folded.find("@") if self._known else -1
        while sign >= 0:
            low = max(folded.rfind(" ", 0, sign) + 1, sign - self._before)
            blank = folded.find(" ", sign, sign + self._after)
            high = blank if blank >= 0 else min(sign + self._after, len(folded))
            starts = [run.start() for run in _RUN.finditer(folded, low, sign)]
            ends = [run.end() for run in _RUN.finditer(folded, sign + 1, high)]
            yield from ((start, end) for start in starts for end in ends if folded[start:end] in self._known)
            sign = folded.find("@", sign + 1)
