r"""Text of an RTF file, by striprtf.

What striprtf is slow or wrong on is taken out first, in one pass over the bytes: pictures, binary data, deleted text
and groups that a reader may ignore; its font table is written anew; cells become tabs, bytes above ASCII their escapes.
Headers, footers, notes and text boxes of RTF are not read; of a field only its result is. Hidden text is text.
"""

import re
from dataclasses import dataclass

from striprtf.striprtf import rtf_to_text

from pipeline.parsing.document_content import Document, RefusedError

#: Bytes left after that pass: striprtf takes about a microsecond for each.
MOST_SOURCE = 4 << 20
_START = re.compile(rb"\s*\{\s*\\rtf")
_TOKEN = re.compile(
    rb"(?P<open>\{)|(?P<close>\})|(?P<cell>\\(?:nest)?cell(?![A-Za-z]) ?)|(?P<high>[\x80-\xff])"
    rb"|\\bin(?P<binary>[0-9]{1,9}) ?|(?P<bad>\\bin(?![A-Za-z]))"
    rb"|(?P<drop>\\\*|\\(?:pict|deleted1?)(?![A-Za-z0-9]))|(?P<keep>\\deleted0(?![0-9]) ?)"
    rb"|(?P<fonts>\\fonttbl(?![A-Za-z]))|\\[^A-Za-z\x80-\xff]",
    re.DOTALL,
)
_FONT = re.compile(rb"\\f([0-9]{1,5})(?![0-9])|\\fcharset([0-9]{1,3})(?![0-9])")
_BROKEN = "rtf.malformed"


def read_rtf(body: bytes) -> Document:
    """Read one file; what follows its outermost group is no part of it.

    Raises:
        RefusedError: `rtf.malformed` (no RTF, groups that don't close, characters that can't be), `rtf.too_large`.
    """
    source = _plainer(body)
    if len(source) > MOST_SOURCE:
        raise RefusedError("rtf.too_large")
    try:
        text: str = rtf_to_text(source)
    except (ValueError, TypeError, LookupError, OverflowError):
        raise RefusedError(_BROKEN) from None
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if "\0" in text:
        raise RefusedError(_BROKEN)
    return Document(text.replace("\t\n", "\n"))


@dataclass
class _Group:
    """An open group: where it starts among the pieces kept, from where on it is dropped, whether it is the fonts'."""

    start: int
    drop: int | None = None
    fonts: bool = False


def _plainer(body: bytes) -> str:
    """The same document in ASCII and in what striprtf reads well."""
    if not _START.match(body):
        raise RefusedError(_BROKEN)
    kept: list[bytes] = []
    groups: list[_Group] = []
    at = 0
    while found := _TOKEN.search(body, at):
        kept.append(body[at : found.start()])
        at, kind = found.end(), found.lastgroup
        if kind == "open":
            groups.append(_Group(len(kept)))
            kept.append(b"{")
        elif kind == "close":
            _close(groups.pop(), kept)
            if not groups:
                return b"".join(kept).decode("ascii")
        elif kind == "binary":
            at += int(found["binary"])
        elif kind == "drop":
            groups[-1].drop = len(kept) if groups[-1].drop is None else groups[-1].drop
        elif kind == "keep":
            _cut(groups[-1], kept)
        elif kind == "bad" or (kind == "fonts" and len(groups) < 2):
            raise RefusedError(_BROKEN)
        else:
            groups[-1].fonts |= kind == "fonts"
            kept.append(_written(kind, found[0]))
    raise RefusedError(_BROKEN)


def _written(kind: str | None, token: bytes) -> bytes:
    if kind == "cell":
        return b"\\tab "
    return b"\\'%02x" % token[0] if kind == "high" else token


def _cut(group: _Group, kept: list[bytes]) -> None:
    """Drop what the group says is to be dropped."""
    if group.drop is not None:
        del kept[group.drop :]
        group.drop = None


def _close(group: _Group, kept: list[bytes]) -> None:
    _cut(group, kept)
    kept.append(b"}")
    if group.fonts:
        kept[group.start :] = [_font_table(b"".join(kept[group.start :]))]


def _font_table(group: bytes) -> bytes:
    """Numbers and character sets only: striprtf's search for them takes cubic time on a hostile table."""
    fonts: dict[bytes, bytes] = {}
    number = b""
    for found in _FONT.finditer(group):
        if found[1]:
            number = found[1]
        elif number:
            fonts[number] = found[2]
    written = b"".join(b"{\\f%b\\fcharset%b x;}" % item for item in fonts.items())
    return b"{\\fonttbl%b}" % written
