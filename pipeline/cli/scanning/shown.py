"""What `clearwell scan` shows a person: the text with its personal data marked, and below it why."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.cli.output import console, many, show, table
from pipeline.cli.scanning.work import Tally

if TYPE_CHECKING:
    from pipeline.privacy.explained import Reason
    from pipeline.privacy.spans import Span

#: Characters shown around a stretch of a text that is longer than `_LONG`, and stretches of it.
_LONG, _AROUND, _MOST_STRETCHES = 600, 60, 12
_MOST_REASONS = 3
#: What would move a terminal's cursor or turn its writing round is shown as a sign of its own, one for one.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_KINDS = (
    ("magenta", re.compile("PERSON|NAME|TITLE")),
    ("cyan", re.compile("EMAIL|PHONE|URL|IP_ADDRESS|ADDRESS|LOCATION|POSTCODE|MAC_")),
    ("yellow", re.compile("CREDIT|IBAN|CRYPTO|BANK|ROUTING")),
    ("green", re.compile(r"[A-Z]{2}_|NATIONAL_ID|IDENTIFIER")),
)
_OTHERS = "bright_blue"


def colour_of(entity_type: str) -> str:
    """People, ways to reach them, money, papers, and what a dataset looks for itself."""
    return next((colour for colour, kind in _KINDS if kind.match(entity_type)), _OTHERS)


def show_text(place: str, text: str, stretches: "list[Span]", reasons: "list[list[Reason]]") -> None:
    """A text under its place, with each stretch marked, and its reasons below.

    Args:
        place: file and number of the text.
        text: as the file has it.
        stretches: in order, none overlapping another.
        reasons: of each stretch, the best first.
    """
    console.print(Text(place, style="dim"), soft_wrap=True)
    shown = stretches[:_MOST_STRETCHES]
    console.print(Padding(_marked(text, shown), (0, 0, 0, 2)))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for stretch, because in zip(shown, reasons, strict=False):
        kind = Text(stretch.entity_type, style=colour_of(stretch.entity_type))
        grid.add_row(kind, f"{stretch.score:.2f}", _because(stretch, because))
    console.print(Padding(grid, (0, 0, 0, 4)))
    if len(stretches) > len(shown):
        console.print(f"    [dim]and {len(stretches) - len(shown):,} more[/]")
    console.print()


def show_summary(tally: Tally, seconds: float) -> None:
    """Counts by type, and how fast it went."""
    if tally.types:
        shown = table("type", "stretches#")
        for entity_type, count in sorted(tally.types.items(), key=lambda item: (-item[1], item[0])):
            shown.add_row(Text(entity_type, style=colour_of(entity_type)), f"{count:,}")
        show("found", shown)
    speed = f"{tally.texts / seconds:,.0f} texts/s" if seconds > 0 else "at once"
    found = f"[green]✓[/] {many(tally.texts, 'text')} searched, personal data in {tally.hits:,}"
    console.print(f"{found}; {seconds:.1f} s, {speed}", soft_wrap=True)


def disjoint(spans: "Iterable[Span]") -> "list[Span]":
    """Of spans that overlap the first, of those that begin together the longest: what one line can show."""
    chosen: list[Span] = []
    for span in sorted(spans, key=lambda item: (item.start, -item.end, -item.score, item.entity_type)):
        if not chosen or span.start >= chosen[-1].end:
            chosen.append(span)
    return chosen


def _marked(text: str, stretches: "list[Span]") -> Text:
    """The text with its stretches marked; of a long one only what is near a stretch."""
    shown, end = Text(), 0
    around = _AROUND if len(text) > _LONG else len(text)
    for stretch in stretches:
        _append(shown, text[end : stretch.start], around if end else 0, around)
        colour = colour_of(stretch.entity_type)
        shown.append("[", style="dim").append(_plain(text[stretch.start : stretch.end]), style=f"bold {colour}")
        shown.append(f" → {stretch.entity_type}", style=colour).append("]", style="dim")
        end = stretch.end
    _append(shown, text[end:], around, 0)
    return shown


def _append(shown: Text, clear: str, left: int, right: int) -> None:
    """Add what is not masked, or so many characters of its beginning and end."""
    if len(clear) <= left + right:
        shown.append(_plain(clear))
    else:
        shown.append(_plain(clear[:left])).append(" … ", style="dim").append(_plain(clear[len(clear) - right :]))


def _because(stretch: "Span", reasons: "list[Reason]") -> Text:
    if not reasons:
        return Text("found once what stands beside it was masked, or in a text too long to say why", style="dim")
    told: list[str] = []
    for item in reasons:
        other = item.span.entity_type != stretch.entity_type
        said = f"{item.span.entity_type} {item.span.score:.2f}: {item.why}" if other else item.why
        told += [] if said in told else [said]
    more = [f"and {len(told) - _MOST_REASONS} more"] if len(told) > _MOST_REASONS else []
    return Text("; ".join([*told[:_MOST_REASONS], *more]))


def _plain(text: str) -> str:
    return _UNSEEN.sub(lambda found: chr(0x2400 + ord(found[0])) if ord(found[0]) < 0x20 else "\ufffd", text)
