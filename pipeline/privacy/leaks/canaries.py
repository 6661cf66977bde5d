"""Canaries: values that were planted in the sources to see whether they come through, however they are written."""

import base64
import html
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import unquote

import ahocorasick
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import SettingsError
from pipeline.privacy.folding import folded

#: Shorter ones would be met by chance.
_LEAST = 5
_BLANKS = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_MARKUP = re.compile(r"<[^<>]*>")
#: Escapes within escapes, as a page within a page has them.
_MOST_ROUNDS = 3
#: All of its characters may stand in what `Watch` takes for a plain figure, day or pseudonym.
_PLAIN = re.compile(r"[0-9a-ftz.:+\-]+")


class Canaries:
    """Searched for without regard to case, Unicode form, blanks, markup within, escapes and base64."""

    def __init__(self, values: Collection[str]) -> None:
        """Raises SettingsError where a value is too short to be searched for; it names its place."""
        self._values = frozenset(map(_squeezed, values))
        for number, value in enumerate(values, 1):
            if len(_squeezed(value)) < _LEAST:
                raise SettingsError(
                    "a canary is too short to be no chance", given=f"value {number}", allowed=f"{_LEAST} characters"
                )
        self._automaton = ahocorasick.Automaton()
        for value in self._values:
            self._automaton.add_word(value, value)
        self._automaton.make_automaton()
        plain = sorted(value for value in self._values if _PLAIN.fullmatch(value))
        self._plain = "|".join(map(re.escape, plain))
        shortest = min(map(len, self._values), default=0)
        self._base64 = re.compile(rf"[A-Za-z0-9+/_-]{{{max(shortest, _LEAST)},}}")

    def __len__(self) -> int:
        return len(self._values)

    def stand_in(self, text: str) -> bool:
        """Whether one stands in the text."""
        return bool(self._values) and any(self._stands_in(view) for view in self._views(text))

    def stand_in_plain(self, text: str) -> bool:
        """`stand_in` of a plain figure, day or pseudonym, which has no escapes."""
        return bool(self._plain) and self._stands_in(text)

    def among_plain(self, texts: pa.Array) -> pa.Array:
        """Those of an array of plain figures, days and pseudonyms in which one stands."""
        if not self._plain:
            return texts[:0]
        squeezed = pc.replace_substring(pc.ascii_lower(texts), " ", "")
        return texts.filter(pc.match_substring_regex(squeezed, self._plain))

    def _stands_in(self, view: str) -> bool:
        return next(self._automaton.iter(_squeezed(view)), None) is not None

    def _views(self, text: str) -> Iterator[str]:
        """The text as it is, without escapes and markup, and what its base64 says."""
        for _ in range(_MOST_ROUNDS):
            yield text
            plain = unquote(html.unescape(text))
            if plain == text:
                break
            text = plain
        if "<" in text:
            yield _MARKUP.sub("", text)
        for run in self._base64.findall(text):
            yield from (_decoded(run[start:]) for start in range(4))


def read_canaries(path: Path | None, default: Path) -> tuple[str, ...]:
    """Canaries of a file, one a line; of `default`, if there, where no file is named.

    Raises:
        SettingsError: the file that is named can't be read.
    """
    if path is None and not default.exists():
        return ()
    file = path or default
    try:
        return tuple(line.strip() for line in file.read_text("utf-8").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "the file of canaries can't be read",
            given=f"{file.name}: {type(error).__name__}",
            allowed="one value a line, in UTF-8",
            hint="CLEARWELL_CANARIES",
        ) from None


def _squeezed(text: str) -> str:
    return _BLANKS.sub("", folded(text))


def _decoded(run: str) -> str:
    """What base64 of either alphabet says; a cut end is filled up."""
    whole = run + "A" * (-len(run) % 4)
    return base64.b64decode(whole.replace("-", "+").replace("_", "/")).decode("utf-8", "ignore")
