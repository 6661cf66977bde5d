"""Free text without the people in it: every stretch that scanner or roster flags becomes `<ENTITY_TYPE>`."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.privacy.roster import Roster
from pipeline.privacy.scanner import Scanner
from pipeline.privacy.spans import Span


class _Piece(NamedTuple):
    """Characters of the original text that are still clear, and where they stand in the rendered one."""

    rendered: int
    start: int
    end: int


class Redactor:
    """Masks what a scanner and a roster find together.

    Overlapping spans become one stretch, which takes the type of the longest span, then the best score, then the
    first type by alphabet; every flagged character is masked. Masking moves words closer to each other, and a context
    word may now reach a number that it did not reach before; so the masked text is searched again until nothing new
    is found. Hence redacting a redacted text changes nothing. Placeholders in the input stand and are not counted.
    """

    def __init__(self, scanner: Scanner, roster: Roster) -> None:
        self._scanner = scanner
        self._roster = roster
        types = sorted(scanner.entity_types | Roster.ENTITY_TYPES)
        self._placeholder = re.compile(f"<(?:{'|'.join(types)})>")

    def find(self, text: str) -> list[Span]:
        """The stretches that `redact` masks, in order, none overlapping another."""
        standing = [Span(found.start(), found.end(), "", 0.0) for found in self._placeholder.finditer(text)]
        stretches: list[Span] = []
        while True:
            rendered, pieces = _render(text, sorted(standing + stretches))
            spans = [*self._scanner.scan(rendered), *self._roster.find(rendered)]
            new = _merged(part for span in spans for part in _clear_parts(span, pieces))
            if not new:
                return sorted(stretches)
            stretches += new

    def redact(self, text: str | None) -> tuple[str | None, dict[str, int]]:
        """The masked text, and how many stretches of each type were masked; None stays None."""
        if text is None:
            return None, {}
        stretches = self.find(text)
        masked: list[str] = []
        end = 0
        for stretch in stretches:
            masked += [text[end : stretch.start], f"<{stretch.entity_type}>"]
            end = stretch.end
        return "".join([*masked, text[end:]]), dict(Counter(stretch.entity_type for stretch in stretches))

    def redact_batch(self, texts: Iterable[str | None]) -> tuple[list[str | None], dict[str, int]]:
        """Many texts in their order, and the counts over all of them."""
        total: Counter[str] = Counter()
        masked: list[str | None] = []
        for text in texts:
            clean, counts = self.redact(text)
            masked.append(clean)
            total.update(counts)
        return masked, dict(total)


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
