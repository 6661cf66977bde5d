"""Planted values are found however they come through."""

import base64
import html
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.errors import SettingsError
from pipeline.privacy.leaks.canaries import Canaries, read_canaries
from tests.privacy.leaks.planted import CANARY, FILES, NUMBER_CANARY, kinds, scan, write

WRITINGS = [
    CANARY,
    f"x{CANARY.upper()}y",
    "zebra‑quartz  SS17",
    "Ｚebra-Quartz\u00ad ß17",
    "Zebra-<b>Quartz</b> ß17",
    quote(CANARY),
    quote(quote(CANARY)),
    "&#90;ebra-Quartz &szlig;17",
    html.escape("&#90;ebra-Quartz ß17"),
    *(base64.b64encode(f"{pad}{CANARY}!".encode()).decode() for pad in ("", "a", "ab", "abc")),
    base64.urlsafe_b64encode(f"ÿþ{CANARY}".encode()).decode(),
    f"k{base64.b64encode(CANARY.encode()).decode()}",
    NUMBER_CANARY,
]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("writing", WRITINGS)
def test_planted_value_is_found(tmp_path: Path, name: str, writing: str) -> None:
    """Case, Unicode form, blanks, markup within, escapes and base64 hide no canary, in any kind of file."""
    assert "canary" in kinds(write(tmp_path / name, ["fine", writing]))


@pytest.mark.parametrize("cell", ["31415926535", "2031-01-02", "0.31415926", "c0ffee" + "0" * 26])
def test_plain_cells_are_searched(cell: str) -> None:
    """A canary that looks like a figure, a day or a pseudonym is found where nothing else is looked for."""
    canaries = Canaries(["31415926", "2031-01-02", "C0FFEE"])
    assert canaries.stand_in_plain(cell)
    assert canaries.stand_in(cell)


@pytest.mark.parametrize("text", ["Zebra-Quartz", "Zebra Quartz 17", "31415.9265", "fine", ""])
def test_part_of_a_canary_is_none(text: str) -> None:
    """Only the whole value counts."""
    assert not Canaries([CANARY, NUMBER_CANARY]).stand_in(text)


def test_report_counts_the_watched(tmp_path: Path) -> None:
    """The report says how many were watched for, each once."""
    assert scan(write(tmp_path / "v.csv", ["fine"])).canaries == 2
    assert len(Canaries(["Zebra-17", "zebra-17"])) == 1


def test_canary_too_short_is_refused() -> None:
    """What chance would meet is refused, by its place."""
    with pytest.raises(SettingsError, match="too short") as caught:
        Canaries(["long enough", "a b-c"])
    assert caught.value.given == "value 2"


def test_canaries_come_from_a_file(tmp_path: Path) -> None:
    """One a line, blank lines none; the default only where no file is named."""
    default, named = tmp_path / "canaries.txt", tmp_path / "other.txt"
    assert read_canaries(None, default) == ()
    default.write_text("Zebra-17\n\n  Lion 4 of 5 \n", "utf-8")
    named.write_text("Tiger-4", "utf-8")
    assert read_canaries(None, default) == ("Zebra-17", "Lion 4 of 5")
    assert read_canaries(named, default) == ("Tiger-4",)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_named_file_must_be_readable(tmp_path: Path, content: bytes | None) -> None:
    """A file of canaries that is named and can't be read stops, and quotes nothing."""
    path = tmp_path / "named.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match="canaries can't be read"):
        read_canaries(path, tmp_path / "canaries.txt")
