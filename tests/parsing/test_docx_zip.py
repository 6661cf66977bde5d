"""DOCX files as archives: which are refused, and why."""

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from pipeline.parsing.document_content import RefusedError
from pipeline.parsing.docx_package import read_docx
from pipeline.parsing.docx_zip import ANY_RATIO, MOST_PART, MOST_PARTS, Archive, Part, inflate
from tests.parsing.docx_files import docx_of, packed, paragraph, parts_of, table

MAIN = "word/document.xml"
GOOD = docx_of(paragraph("Dear Ann") + table(("Kind", "exit")))
DIRECTORY, END = GOOD.index(b"PK\1\2"), GOOD.index(b"PK\5\6")
#: Where the body's entry starts in the directory.
ENTRY = GOOD.rindex(b"PK\1\2")


def changed(at: int, form: str, *values: int, content: bytes = GOOD) -> bytes:
    """The good file with numbers written over it."""
    body = bytearray(content)
    struct.pack_into(form, body, at, *values)
    return bytes(body)


def ended(**fields: int) -> bytes:
    """The good file with other numbers in its end record."""
    known = {"disk": ("<H", 4), "first": ("<H", 6), "here": ("<H", 8), "count": ("<H", 10), "size": ("<I", 12)}
    known |= {"start": ("<I", 16), "comment": ("<H", 20)}
    body = GOOD
    for name, value in fields.items():
        body = changed(END + known[name][1], known[name][0], value, content=body)
    return body


def doubled() -> bytes:
    """Two parts whose names differ by case only."""
    return packed(parts_of(paragraph("a"), {MAIN.upper(): "x"}))


def lying(size: int, declared: int) -> bytes:
    """The body inflates to `size` bytes, whatever is declared."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = compressor.compress(b" " * size) + compressor.flush()
    body = bytearray(packed({MAIN: data}, zipfile.ZIP_STORED))
    entry = body.index(b"PK\1\2")
    struct.pack_into("<H", body, entry + 10, zipfile.ZIP_DEFLATED)
    struct.pack_into("<I", body, entry + 24, declared)
    return bytes(body)


CASES: dict[str, tuple[bytes, str]] = {
    "no bytes of a zip": (b"hello", "docx.zip"),
    "nothing": (b"", "docx.zip"),
    "the magic only": (b"PK\3\4", "docx.zip"),
    "cut in the middle": (GOOD[: len(GOOD) // 2], "docx.zip"),
    "without its last byte": (GOOD[:-1], "docx.zip"),
    "bytes after the end": (GOOD + b"\0", "docx.zip"),
    "bytes before the beginning": (b"x" + GOOD, "docx.zip"),
    "two pieces": (ended(disk=1), "docx.zip"),
    "a directory elsewhere": (ended(start=DIRECTORY - 1), "docx.zip"),
    "a directory beyond the file": (ended(start=0xFFFF_FFFF, size=0xFFFF_FFFF), "docx.zip"),
    "more parts than listed": (ended(here=3, count=3), "docx.zip"),
    "fewer parts than listed": (ended(here=1, count=1), "docx.zip"),
    "a comment that is not there": (ended(comment=1), "docx.zip"),
    "too many parts": (ended(here=MOST_PARTS + 1, count=MOST_PARTS + 1), "docx.too_many_parts"),
    "really too many parts": (packed({str(at): "" for at in range(MOST_PARTS + 1)}), "docx.too_many_parts"),
    "two parts of one name": (doubled(), "docx.zip"),
    "an encrypted part": (changed(ENTRY + 8, "<H", 1), "docx.encrypted"),
    "a masked directory": (changed(ENTRY + 8, "<H", 0x2000), "docx.encrypted"),
    "an OLE container": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504, "docx.encrypted"),
    "an unknown compression": (changed(ENTRY + 10, "<H", 93), "docx.zip"),
    "another CRC": (changed(ENTRY + 16, "<I", 0), "docx.zip"),
    "a smaller size declared": (changed(ENTRY + 24, "<I", 10), "docx.zip"),
    "a larger size declared": (changed(ENTRY + 24, "<I", 100_000), "docx.zip"),
    "a large ratio declared": (changed(ENTRY + 24, "<I", ANY_RATIO + 1), "docx.bomb"),
    "a huge size declared": (changed(ENTRY + 24, "<I", 0xFFFF_FFFF), "docx.bomb"),
    "a part that begins beyond the file": (changed(ENTRY + 42, "<I", 0xFFFF_FF00), "docx.zip"),
    "a part that begins in another": (changed(ENTRY + 42, "<I", 5), "docx.zip"),
    "a part under another's header": (changed(ENTRY + 42, "<I", 0), "docx.zip"),
    "an honest bomb": (lying(20 * ANY_RATIO, 20 * ANY_RATIO), "docx.bomb"),
    "a body beyond the limit": (packed({MAIN: bytes(MOST_PART + 1)}, zipfile.ZIP_STORED), "docx.bomb"),
    "a bomb that says it is small": (lying(20 * ANY_RATIO, 100), "docx.bomb"),
}


@pytest.mark.parametrize(("content", "reason"), CASES.values(), ids=CASES.keys())
def test_refused(content: bytes, reason: str) -> None:
    """A file that is not a sound archive is refused with its reason."""
    with pytest.raises(RefusedError, match=f"^{reason}$"):
        read_docx(content)


def test_bomb_is_not_inflated() -> None:
    """Of 256 MB in 256 kB no more comes out than the limit allows."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()
    tracemalloc.start()
    with pytest.raises(RefusedError, match=r"^docx\.bomb$"):
        inflate(Part(zipfile.ZIP_DEFLATED, 0, 100, bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(bomb) < 300_000
    assert peak < 3 * MOST_PART


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_sound_archive(method: int) -> None:
    """Parts come out byte for byte, stored or deflated, asked for in any case."""
    archive = Archive(packed({"a.xml": "é", "B/c.xml": b"\0" * 1000}, method))
    assert [inflate(archive.part(name)) for name in ("A.XML", "b/c.xml")] == ["é".encode(), b"\0" * 1000]
    assert "d.xml" not in archive


def test_sizes_after_the_data() -> None:
    """A writer that could not seek left its sizes behind the data: the directory has them."""

    class Pipe(io.RawIOBase):
        """A stream that only goes forward."""

        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.written += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(paragraph("a")).items():
            archive.writestr(name, content)
    assert read_docx(bytes(pipe.written)).text == "a\n"


def test_large_picture() -> None:
    """A part that is not read may be larger than one that is."""
    assert (
        read_docx(packed(parts_of(paragraph("a"), {"film.mp4": bytes(MOST_PART + 1)}), zipfile.ZIP_STORED)).text
        == "a\n"
    )


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\x", "word/../../x", "\u202e", ""])
def test_names_are_only_names(name: str) -> None:
    """Whatever the names of other parts, they are never looked at."""
    assert read_docx(docx_of(paragraph("a"), {name: "x"})).text == "a\n"


def test_comment_of_the_archive() -> None:
    """An archive may end with a comment."""
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = b"PK by hand"
    assert read_docx(file.getvalue()).text == "Dear Ann\nKind\texit\n"
