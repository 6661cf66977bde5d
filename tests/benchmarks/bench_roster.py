"""The roster's search against a bare pass of Aho-Corasick over 40,000 names, and what opening 500,000 people costs.

The bare pass is the limit, not a peer: it knows no edges of words, no identifiers and no misspelt names.
"""

import gc
import random
import time
from functools import partial
from pathlib import Path

import ahocorasick

from pipeline.privacy.folding import folded
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.rosters.search import RosterSearch
from pipeline.privacy.rosters.terms import name_terms
from tests.benchmarks.harness import compare
from tests.privacy.rosters.many_people import names_of, personless_notes

_NAMES, _PEOPLE, _NOTES = 40_000, 500_000, 500
_LENGTHS = range(150, 260)
_PAGE = 4_096


def main() -> None:
    """Print how far from the limit a note is, and what a roster of half a million people costs to open."""
    roster = roster_of(_NAMES)
    automaton = bare_automaton(roster)
    notes = [note for note in personless_notes(20_000, seed=3) if len(note) in _LENGTHS]
    kinds = {
        "ascii": [note for note in notes if note.isascii() and not roster.find(note)],
        "european": [note for note in notes if not note.isascii() and max(note) < "\u2100"],
        "hindi": [note for note in notes if "\u0900" < max(note) < "\u0980"],
    }
    for kind, some in kinds.items():
        texts = some[:_NOTES]
        compare(
            f"roster_{kind}", partial(passed, automaton, texts), partial(searched, roster, texts), len(texts), "notes"
        )
    del roster, automaton
    print_opening()


def passed(automaton: ahocorasick.Automaton, texts: list[str]) -> int:
    """Occurrences of names, inside of other words too."""
    return sum(len(list(automaton.iter(folded(text)))) for text in texts)


def searched(roster: Roster, texts: list[str]) -> int:
    """Spans."""
    return sum(len(roster.find(text)) for text in texts)


def roster_of(count: int) -> Roster:
    """People with a name, an address of mail and a phone each."""
    rng = random.Random(5)
    forms = ("+91 9%09d", "+1 415 %07d", "+49 170 %07d", "0%09d")
    return Roster.build(
        {
            "given_name": given,
            "family_name": family,
            "email": f"{given}.{family}{number}@corp.example".lower(),
            "phone": rng.choice(forms) % rng.randrange(10**7),
        }
        for number, (given, family) in enumerate(names_of(count, _NAMES))
    )


def bare_automaton(roster: Roster) -> ahocorasick.Automaton:
    """The names alone."""
    automaton = ahocorasick.Automaton()
    for term, strength in name_terms(roster.names).items():
        automaton.add_word(term, strength)
    automaton.make_automaton()
    return automaton


def print_opening() -> None:
    """Seconds of one core and megabytes that a worker spends on a large roster."""
    data = roster_of(_PEOPLE).to_bytes()
    gc.collect()
    before, started = _resident(), time.process_time()
    roster = Roster.from_bytes(data)
    read = time.process_time()
    ids = (roster.phones, roster.national_ids, roster.identifiers, roster.addresses)
    search = RosterSearch(roster.names, roster.emails, *ids)
    opened = time.process_time()
    gc.collect()
    print(
        f"roster of {_PEOPLE:,}: {len(data) / 1e6:.1f} MB in landing; read in {read - started:.1f} s, "
        f"search made in {opened - read:.1f} s (of one core), {_resident() - before:,.0f} MB more in memory"
    )
    assert search.find("") == []


def _resident() -> float:
    """Megabytes of this process that lie in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6


if __name__ == "__main__":
    main()
