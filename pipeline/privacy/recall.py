"""Recall of redaction, measured in every run: how much of what we plant is masked wholly."""

from collections.abc import Iterator, Sequence
from math import sqrt
from random import Random
from typing import Any

from pipeline.privacy.planted import PLANTED
from pipeline.privacy.redact import Redactor

#: Values planted of each type: with 120 of 120 found, the lower bound is 0.969.
PLANTED_EACH = 120
#: Two-sided 95 % quantile of the normal distribution.
_Z = 1.959964
#: Names for a run without a roster: nothing knows them, and the measure says so.
_STRANGERS = ("Ottoline Vexworth", "Bhupinder Kallarackal", "Jürgen Hollerbach-Tietz", "Mireille Castagnolles")
_SENTENCES = (
    "Follow-up agreed after the quarterly round; reference {} was written on the form.",
    "{} came up twice in the hand-over and belongs in no file.",
    "Please settle this with {} before the desk moves in spring.",
    "Summary of the talk:\n- goals unchanged\n- note to self: {}\n- next talk in autumn",
    "\u201cUse {}\u201d, the message said, and nothing else.",
    "The form lists {}; payroll has a different entry.",
    "Nach dem Gespr\u00e4ch notiert: {} (bitte vertraulich behandeln).",
    "\u092c\u0948\u0920\u0915 \u0915\u0947 \u092c\u093e\u0926 {} \u0932\u093f\u0916\u093e \u0917\u092f\u093e\u0964",
)


def measure_recall(redactor: Redactor, roster_names: Sequence[str], seed: int) -> list[dict[str, Any]]:
    """Plant values in sentences of our own, redact them, and count those of which no character stays clear.

    Args:
        redactor: the run's.
        roster_names: full names that the run's roster knows, for PERSON, written in several ways. Without any,
            strangers' names are planted. Misspelt names are not planted: the figure says nothing of them.
        seed: equal seeds plant equal values.

    Returns:
        For each entity type `{entity_type, planted, found, recall, lower_bound}`; the bound is the lower end of
        Wilson's 95 % interval.
    """
    random = Random(seed)  # noqa: S311 - no secret
    people = [_written(random, random.choice(roster_names or _STRANGERS)) for _ in range(PLANTED_EACH)]
    planted = {"PERSON": people}
    planted |= {kind: [make(random) for _ in range(PLANTED_EACH)] for kind, make in PLANTED.items()}
    return [_measured(redactor, kind, values, random) for kind, values in planted.items()]


def _written(random: Random, name: str) -> str:
    """A full name as people write it."""
    given, _, family = name.partition(" ")
    reversed_name = f"{family}, {given}" if family else given
    return random.choice((name, name, name.upper(), name.lower(), reversed_name, f"{given} K. {family}".strip()))


def _measured(redactor: Redactor, kind: str, values: Sequence[str], random: Random) -> dict[str, Any]:
    found = sum(_masked_wholly(redactor, *planted) for planted in _plant(values, random))
    return {
        "entity_type": kind,
        "planted": len(values),
        "found": found,
        "recall": found / len(values),
        "lower_bound": wilson_lower_bound(found, len(values)),
    }


def _plant(values: Sequence[str], random: Random) -> Iterator[tuple[str, int, int]]:
    """(text, start, end) of each planted value."""
    for value in values:
        before, after = random.choice(_SENTENCES).split("{}")
        yield before + value + after, len(before), len(before) + len(value)


def _masked_wholly(redactor: Redactor, text: str, start: int, end: int) -> bool:
    """Whether each letter or digit of the value lies in a masked stretch; blanks and dots give nothing away."""
    masked = {index for span in redactor.find(text) for index in range(span.start, span.end)}
    return all(index in masked for index in range(start, end) if text[index].isalnum())


def wilson_lower_bound(found: int, planted: int) -> float:
    """Lower end of Wilson's 95 % score interval (Wilson 1927), in [0, 1]; 0 where nothing was planted."""
    if planted == 0:
        return 0.0
    share, weight = found / planted, _Z**2 / planted
    centre = share + weight / 2
    margin = _Z * sqrt(share * (1 - share) / planted + weight / (4 * planted))
    return max(0.0, (centre - margin) / (1 + weight))
