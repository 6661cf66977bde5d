"""Free text without the people in it: every stretch that scanner, roster or model flags becomes `<ENTITY_TYPE>`."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.privacy.names.finder import NameFinder
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.scanner import Scanner
from pipeline.privacy.spans import Span


class _Piece(NamedTuple):
    """Characters of the original text that are still clear, and where they stand in the rendered one."""

    rendered: int
    start: int
    end: int


class Redactor:
    """Masks what a scanner, a roster and a name model find together.

    Overlapping spans become one stretch, which takes the type of the longest span, then the best score, then the
    first type by alphabet; every flagged character is masked. Masking moves words closer to each other, and a context
    word may now reach a number that it did not reach before; so scanner and roster search the masked text again until
    nothing new is found: redacting a redacted text finds nothing more by them. A name model reads each text once, as
    it was written. Placeholders in the input stand and are not counted.
    """

    def __init__(self, scanner: Scanner, roster: Roster, names: NameFinder | None = None) -> None:
        self._scanner = scanner
        self._roster = roster
        self._names = names
        #: The types that can be masked.
        self.entity_types = scanner.entity_types | Roster.ENTITY_TYPES | (names.entity_types if names else frozenset())
        self._placeholder = re.compile(f"<(?:{'|'.join(sorted(self.entity_types))})>")

    def find(self, text: str) -> list[Span]:
        """The stretches that `redact` masks, in order, none overlapping another."""
        return self.find_many([text])[0]

    def find_many(self, texts: Sequence[str]) -> list[list[Span]]:
        """`find` of each text, in their order."""
        standing = [
            [Span(found.start(), found.end(), "", 0.0) for found in self._placeholder.finditer(text)] for text in texts
        ]
        stretches: list[list[Span]] = [[] for _ in texts]
        named = self._names.find_many(texts) if self._names else [[] for _ in texts]
        waiting = list(range(len(texts)))
        while waiting:
            shown = [_render(texts[at], sorted(standing[at] + stretches[at])) for at in waiting]
            scanned = self._scanner.scan_many([rendered for rendered, _ in shown])
            still = []
            for at, (rendered, pieces), spans in zip(waiting, shown, scanned, strict=True):
                known = [*spans, *self._roster.find(rendered), *(() if stretches[at] else named[at])]
                new = _merged(part for span in known for part in _clear_parts(span, pieces)) if known else []
                if new:
                    stretches[at] += new
                    still.append(at)
            waiting = still
        return [sorted(found) for found in stretches]

    def redact(self, text: str | None) -> tuple[str | None, dict[str, int]]:
        """The masked text, and how many stretches of each type were masked; None stays None."""
        return self.redact_many([text])[0]

    def redact_many(self, texts: Sequence[str | None]) -> list[tuple[str | None, dict[str, int]]]:
        """`redact` of each text, in their order."""
        found = iter(self.find_many([text for text in texts if text is not None]))
        return [(None, {}) if text is None else _masked(text, next(found)) for text in texts]


def _masked(text: str, stretches: Sequence[Span]) -> tuple[str, dict[str, int]]:
    masked: list[str] = []
    end = 0
    for stretch in stretches:
        masked += [text[end : stretch.start], f"<{stretch.entity_type}>"]
        end = stretch.end
    return "".join([*masked, text[end:]]), dict(Counter(stretch.entity_type for stretch in stretches))


def _render(text: str, masks: Sequence[Span]) -> tuple[str, list[_Piece]]:
    """The text with its masks in place; a mask without a type stands for itself."""
    parts: list[str] = []
    pieces: list[_Piece] = []
    length = end = 0
    for mask in [*masks, Span(len(text), len(text), "", 0.0)]:
        clear = text[end : mask.start]
        pieces.append(_Piece(length, end, mask.start))
        shown = f"<{mask.entity_type}>" if mask.entity_type else text[mask.start : mask.end]
        parts += [clear, shown]
        length += len(clear) + len(shown)
        end = mask.end
    return "".join(parts), [piece for piece in pieces if piece.end > piece.start]


def _clear_parts(span: Span, pieces: Sequence[_Piece]) -> Iterator[Span]:
    """The parts of a span of the rendered text that are clear, as spans of the original text."""
    first = max(bisect_right(pieces, span.start, key=lambda piece: piece.rendered) - 1, 0)
    for piece in pieces[first:]:
        if piece.rendered >= span.end:
            return
        shift = piece.start - piece.rendered
        start, end = max(span.start + shift, piece.start), min(span.end + shift, piece.end)
        if start < end:
            yield Span(start, end, span.entity_type, span.score)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans as one, typed by the best among them; touching spans stay apart."""
    groups: list[list[Span]] = []
    end = 0
    for span in sorted(spans):
        if groups and span.start < end:
            groups[-1].append(span)
        else:
            groups.append([span])
        end = max(end, span.end)
    bests = [(group, min(group, key=_rank)) for group in groups]
    return [
        Span(group[0].start, max(span.end for span in group), best.entity_type, best.score) for group, best in bests
    ]


def _rank(span: Span) -> tuple[int, float, str]:
    return -(span.end - span.start), -span.score, span.entity_type
