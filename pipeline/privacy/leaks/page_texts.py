"""Texts of a web page: what it shows, what its markup says, and what it leaves unsaid."""

import html
from html.parser import HTMLParser
from pathlib import Path

from pipeline.privacy.leaks.texts import Reading, running

#: Elements that may begin within a word.
_INLINE = frozenset(
    {"a", "abbr", "b", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "tspan", "u"}
)


class _Page(HTMLParser):
    """Text of all elements together, since markup may run through a name; styles, scripts and comments among it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.shown: list[str] = []
        """`texts` without a break where an element is inline."""
        self.markup: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        self.shown.append(data)

    def handle_comment(self, data: str) -> None:
        self.handle_data(f"\n{html.unescape(data)}\n")

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.markup.append("\n".join([tag, *(text for pair in attrs for text in pair if text)]))
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag not in _INLINE:
            self.shown.append("\n")


def read_page(path: Path) -> Reading:
    """Text broken at each element, and at those alone that break it for a reader; names and attributes by element."""
    page = _Page()
    page.feed(path.read_text("utf-8"))
    page.close()
    yield running("text", "\n".join(page.texts), "".join(page.shown))
    yield running("markup", *dict.fromkeys(page.markup))
