"""Finds a roster's e-mail addresses around each "@" of a text."""

import re
from collections.abc import Iterable, Iterator

from pipeline.privacy.folding import folded, is_unspaced
from pipeline.privacy.rosters.known_strings import KnownStrings

_RUN = re.compile(r"[^\W_]+")


def folded_emails(values: Iterable[str]) -> set[str]:
    """Addresses as they are compared; what has no "@" is none."""
    return {mail for value in values if "@" in (mail := folded(value.strip()))}


def is_plain(mail: str) -> bool:
    """Whether an address is found by its words around one "@"; others are searched for as they are."""
    if mail.count("@") != 1 or " " in mail or not (mail[0].isalnum() and mail[-1].isalnum()):
        return False
    return mail.isascii() or not (is_unspaced(mail[0]) or is_unspaced(mail[-1]))


class RosterEmails:
    """Plain addresses, each where a word begins and ends: the address itself, and not another that contains it."""

    def __init__(self, plain: Iterable[str]) -> None:
        mails = list(plain)
        self._known = KnownStrings(mails)
        parts = {(mail.index("@"), len(mail)) for mail in mails}
        self._before = max((sign for sign, _ in parts), default=0)
        self._after = max((length - sign for sign, length in parts), default=0)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Candidates (start, end) in a folded text; whether words begin and end there is asked by the caller."""
        sign = text.find("@") if self._known else -1
        while sign >= 0:
            low = max(sign - self._before, 0)
            low = max(low, text.rfind(" ", low, sign) + 1, text.rfind("@", low, sign) + 1)
            high = min(sign + self._after, len(text))
            high = min(at if at >= 0 else high for at in (text.find(" ", sign, high), text.find("@", sign + 1, high)))
            starts = [run.start() for run in _RUN.finditer(text, low, sign)]
            ends = [run.end() for run in _RUN.finditer(text, sign + 1, high)]
            yield from ((start, end) for start in starts for end in ends if text[start:end] in self._known)
            sign = text.find("@", sign + 1)
