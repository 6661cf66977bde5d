"""Which files a pattern finds, and what it refuses."""

import os
import socket
from pathlib import Path

import pytest

from pipeline.errors import ContractError, SourceError
from pipeline.extract.listing import FoundFile, Listing, Periods, list_files
from pipeline.storage.objects import FolderStore

FILES = (
    "a.csv",
    "b.csv",
    "b.txt",
    "B.csv",
    ".c.csv",
    "2011/a.csv",
    "2011/x/a.csv",
    "2012/é.csv",
    ".d/a.csv",
    "z10.csv",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(name.encode())
    return tmp_path / "in"


def names(folder: Path, pattern: str) -> list[str]:
    return [file.name for file in list_files(folder, pattern, None).starting_at(0)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a.csv", ["a.csv"]),
        ("*.csv", ["B.csv", "a.csv", "b.csv", "z10.csv"]),
        ("[ab].csv", ["a.csv", "b.csv"]),
        ("?.txt", ["b.txt"]),
        ("*/*.csv", ["2011/a.csv", "2012/é.csv"]),
        ("2*/**/a.csv", ["2011/a.csv", "2011/x/a.csv"]),
        ("**/a.csv", ["2011/a.csv", "2011/x/a.csv", "a.csv"]),
        ("**/*", ["2011/a.csv", "2011/x/a.csv", "2012/é.csv", "B.csv", "a.csv", "b.csv", "b.txt", "z10.csv"]),
        ("**/**/x/*", ["2011/x/a.csv"]),
        ("2011/**", ["2011/a.csv", "2011/x/a.csv"]),
        (".*.csv", [".c.csv"]),
        (".d/*", [".d/a.csv"]),
    ],
)
def test_patterns(folder: Path, pattern: str, expected: list[str]) -> None:
    """Files come in order of their whole name; what begins with a dot must be asked for."""
    assert names(folder, pattern) == expected


@pytest.mark.parametrize("pattern", ["nothing*", "2011", "../in/a.csv", "/etc/hosts", "", "a.csv/*", "A.csv"])
def test_patterns_that_match_no_file(folder: Path, pattern: str) -> None:
    """Folders are no files, and no pattern leads out of the folder."""
    with pytest.raises(SourceError, match="no file matches"):
        names(folder, pattern)


def test_a_listing_is_kept(folder: Path, tmp_path: Path) -> None:
    """Names, lengths and times are read again as they were, from any file on."""
    listing = list_files(folder, "**/*.csv", None)
    store = FolderStore(tmp_path)
    listing.write(store, "kept")
    again = Listing.read(store, "kept")
    assert list(again.starting_at(0)) == list(listing.starting_at(0))
    assert list(again.starting_at(5)) == list(listing.starting_at(0))[5:]
    status = (folder / "2012/é.csv").stat()
    assert again[2] == FoundFile("2012/é.csv", len("2012/é.csv".encode()), status.st_mtime_ns)
    assert len(again) == 7


def test_links(folder: Path, tmp_path: Path) -> None:
    """A link to a file of the folder is a file; links to folders, loops of them too, are not followed."""
    (folder / "link.csv").symlink_to("2011/a.csv")
    (folder / "again").symlink_to(".")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/far.csv").write_bytes(b"")
    (folder / "out").symlink_to(tmp_path / "out")
    assert names(folder, "**/*.csv").count("link.csv") == 1
    assert not any(name.startswith(("again", "out")) for name in names(folder, "**/*.csv"))


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # an address of a socket is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (make_fifo, "bad.csv is no plain file"),
        (make_socket, "bad.csv is no plain file"),
        (lambda path: path.symlink_to("/etc/hosts"), "bad.csv is a link that leads out of its folder"),
        (lambda path: path.symlink_to("../secret"), "bad.csv is a link that leads out of its folder"),
        (lambda path: path.symlink_to("nowhere"), "bad.csv can't be read\n  given:   ENOENT"),
        (lambda path: path.symlink_to("bad.csv"), "bad.csv can't be read\n  given:   ELOOP"),
    ],
)
def test_what_is_no_file_of_the_folder(folder: Path, make: object, message: str) -> None:
    """What matches but can't be landed is an error by name, before anything is read: nothing waits on a pipe."""
    (folder.parent / "secret").write_bytes(b"")
    make(folder / "bad.csv")  # type: ignore[operator]
    with pytest.raises(SourceError) as caught:
        names(folder, "*.csv")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("name", "shown"), [(b"\xe9.csv", r"\\udce9.csv"), (b"a\nb.csv", r"a\nb.csv")])
def test_names_that_are_no_text(folder: Path, name: bytes, shown: str) -> None:
    """A name that is not UTF-8, or that would break a line, is refused and shown escaped."""
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"")
    with pytest.raises(SourceError, match="a file's name is not plain UTF-8") as caught:
        names(folder, "*.csv")
    assert caught.value.given == shown


@pytest.mark.parametrize(
    ("expression", "name", "expected"),
    [
        (None, "leave_2011.csv", ""),
        (r"leave_(\d{4})", "leave_2011.csv", "2011"),
        (r"leave_(\d{4})", "old/leave_2011.csv.gz", "2011"),
        (r"^(\d{4})/", "2011/E1.docx", "2011"),
    ],
)
def test_periods(expression: str | None, name: str, expected: str) -> None:
    """A file's period is the one group of the expression, found anywhere in its name."""
    assert Periods(expression).of(name) == expected


@pytest.mark.parametrize("expression", [r"(\d{4})", r"(\d{4})?a"])
def test_a_file_without_a_period(folder: Path, expression: str) -> None:
    """A name that gives no period is an error: its layout could not be known."""
    with pytest.raises(SourceError, match=r"a\.csv has no period"):
        list_files(folder, "a.csv", expression)


@pytest.mark.parametrize("expression", ["(", r"\d{4}", r"(\d)(\d)", ""])
def test_expressions_of_no_use(expression: str) -> None:
    """An expression needs exactly one group."""
    if expression:
        with pytest.raises(ContractError):
            Periods(expression)
    else:
        assert Periods(expression).of("a") == ""
