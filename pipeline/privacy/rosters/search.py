"""Finds a roster's terms in a text: names by Aho-Corasick in one pass, identifiers by hash."""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.privacy.folding import Folded, fold, has_edges
from pipeline.privacy.rosters.emails import RosterEmails, folded_emails, is_plain
from pipeline.privacy.rosters.kin import Kin
from pipeline.privacy.rosters.misspelt import MisspeltNames
from pipeline.privacy.rosters.numbers import RosterNumbers
from pipeline.privacy.rosters.people import Name, longest, people_in
from pipeline.privacy.rosters.terms import name_terms
from pipeline.privacy.rosters.words import RosterWords
from pipeline.privacy.spans import Span

#: A known identity is certain; what patterns find may be less.
_SCORE = 1.0


class RosterSearch:
    """Names by words, identifiers by their letters and digits.

    A name counts where words begin and end (marks of Indian scripts belong to words; scripts without blanks need no
    edge). Names side by side, or linked by a hyphen or initials, are one person. What `Strength` calls short or
    common counts beside a certain name, beside another with a capital, or as a full name of the roster. Nicknames
    count as names do; initials and misspelt names as `people_in` and `MisspeltNames` say. Phones, national ids,
    identifiers and addresses are found in any grouping of their characters.
    """

    ENTITY_TYPES = frozenset({"PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "NATIONAL_ID", "IDENTIFIER", "ADDRESS"})

    def __init__(
        self,
        names: Sequence[tuple[str, str]],
        emails: Iterable[str],
        phones: Sequence[str],
        national_ids: Iterable[str],
        identifiers: Iterable[str],
        addresses: Iterable[str],
    ) -> None:
        mails = folded_emails(emails)
        plain = {mail for mail in mails if is_plain(mail)}
        self._words = RosterWords({**name_terms(names), **dict.fromkeys(mails - plain)})
        self._emails = RosterEmails(plain)
        self._numbers = RosterNumbers(phones, national_ids, identifiers, addresses)
        self._kin = Kin(names)
        self._misspelt = MisspeltNames(self._kin)

    def find(self, text: str) -> list[Span]:
        """Spans by start; they may overlap."""
        folded = fold(text)
        names, spans = self._find_words(text, folded)
        spans += self._find_identifiers(text, folded)
        known = list(longest(names))
        known += self._misspelt.find(text, known)
        if known:
            people = people_in(text, sorted(known), self._kin.has_initial)
            spans += [Span(start, end, "PERSON", _SCORE) for start, end in people]
        return sorted(spans)

    def _find_words(self, text: str, folded: Folded) -> tuple[list[Name], list[Span]]:
        names: list[Name] = []
        emails: list[Span] = []
        for start, end, found in self._words.find(folded.text):
            first, after = folded.original(start, end)
            if found is None:
                emails.append(Span(first, after, "EMAIL_ADDRESS", _SCORE))
            else:
                names.append(Name(first, after, found, not text[first].islower()))
        return names, emails

    def _find_identifiers(self, text: str, folded: Folded) -> Iterator[Span]:
        for start, end in self._emails.find(folded.text):
            if has_edges(folded.text, start, end):
                yield Span(*folded.original(start, end), "EMAIL_ADDRESS", _SCORE)
        for start, end, kind in self._numbers.find(folded.text):
            if has_edges(folded.text, start, end):
                first, after = folded.original(start, end)
                while first > 0 and text[first - 1] in "+(":
                    first -= 1
                yield Span(first, after, kind, _SCORE)
