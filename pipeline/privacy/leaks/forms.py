"""Everything in a text that could be a known identity, in the one form in which it was fingerprinted."""

import re
from collections.abc import Iterable, Iterator

from pipeline.privacy.folding import plain_words
from pipeline.privacy.leaks.accepted import Accepted
from pipeline.privacy.normalise import email
from pipeline.privacy.rosters.terms import compacted

#: Names and addresses are known by at most so many words from their start.
_MOST_WORDS = 8
#: Letters and digits of a number that is searched for, and of how many pieces it may be put together. Shorter ones
#: stand in any table of counts.
_LEAST_COMPACT, _MOST_COMPACT, _MOST_PIECES = 7, 24, 6
#: Words that may be pieces of one number; a comma or a line's end parts numbers, so that a page's figures don't join.
_RUN = re.compile(r"\w+(?:[ .()/+\-\u00a0]{1,2}\w+)*")
#: The digits of a long fraction would meet a phone number by chance.
_FRACTION = re.compile(r"(?<![\d.])\d{0,3}\.\d{5,}(?![\d.])")
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")


def words_form(parts: list[str]) -> str:
    """Of a name or an address, by its words."""
    return "words " + " ".join(parts[:_MOST_WORDS])


def number_form(compact: str) -> str:
    """Of a number, by its letters and digits."""
    return f"compact {compact}"


def email_form(address: str) -> str:
    return f"email {email(address)}"


def forms_in(text: str, longest: int, accepted: Accepted) -> Iterator[str]:
    """Forms of all stretches of two to `longest` words, of all numbers and e-mails, but for what is accepted."""
    lines = [plain_words(line) for line in text.splitlines()]
    found = [word for line in lines for word in line]
    borders, at = set[int](), 0
    for line in lines:
        borders.add(at)
        at += len(line)
    covered = accepted.covered(found, borders)
    for start in range(len(found)):
        for end in range(max(start + 1, covered[start]) + 1, min(start + longest, len(found)) + 1):
            yield words_form(found[start:end])
    for run in _RUN.findall(_FRACTION.sub(" ", text)):
        pieces = plain_words(run)
        for start in range(len(pieces)):
            yield from map(number_form, _numbers(pieces[start : start + _MOST_PIECES]) - accepted.compact)
    for address in _EMAIL.findall(text):
        if compacted(address) not in accepted.compact:
            yield email_form(address.rstrip("."))


def _numbers(pieces: Iterable[str]) -> set[str]:
    """What the pieces from the first on make together, if it has digits; also without a trunk zero."""
    joined, found = "", set[str]()
    for piece in pieces:
        joined += piece
        if len(joined) > _MOST_COMPACT:
            break
        if len(joined) >= _LEAST_COMPACT and any(map(str.isdigit, joined)):
            found |= {joined, joined.lstrip("0")}
    return found
