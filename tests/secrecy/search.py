"""Searches bytes of any kind for keys and canaries, in every form in which they may stand there."""

import base64
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import hyperscan
import pyarrow.parquet as pq
import zstandard

Forms = Iterable[bytes]
_STRETCH = 16
_WINDOW, _OVERLAP = 64 << 20, 1 << 10
_BASE64 = {b"+": b"[+-]", b"/": b"[/_]"}


def forms_of_key(key: bytes) -> list[bytes]:
    """Expressions for either half of a key: raw, hex, base64 in each alignment, lists of signed or unsigned bytes."""
    halves = (key[:_STRETCH], key[-_STRETCH:])
    return [form for half in halves for form in (_raw(half), half.hex().encode(), *_base64(half), _listed(half))]


def forms_of_text(text: str) -> list[bytes]:
    """Expressions for a text: as UTF-8, as JSON and Java write it, and in UTF-16."""
    written = {text.encode(), text.encode("unicode_escape"), text.encode("utf-16-le"), text.encode("utf-16-be")}
    return sorted(_raw(form) for form in written)


class Search:
    """Finds the names of what stands in bytes, whatever the case of its letters.

    Args:
        needles: expressions by the name of what they find.
    """

    def __init__(self, needles: Mapping[str, Forms]) -> None:
        told = [(name, form) for name, forms in needles.items() for form in forms]
        self._names = [name for name, _ in told]
        self._database = hyperscan.Database()
        flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
        self._database.compile(
            expressions=[form for _, form in told],
            ids=list(range(len(told))),
            elements=len(told),
            flags=[flags] * len(told),
        )

    def names_in(self, data: bytes) -> set[str]:
        """Names of what the bytes hold."""
        found: set[str] = set()
        for start in range(0, max(1, len(data)), _WINDOW):
            piece = data[start : start + _WINDOW + _OVERLAP]
            self._database.scan(piece, match_event_handler=lambda at, *_: found.add(self._names[at]) and None)
        return found

    def in_file(self, path: Path) -> set[str]:
        """Names of what a file holds: its bytes, and what they say once unpacked or decoded."""
        found: set[str] = set()
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            while piece := file.read(_WINDOW + _OVERLAP):
                found |= self.names_in(piece)
                if len(piece) == _WINDOW + _OVERLAP:
                    file.seek(-_OVERLAP, io.SEEK_CUR)
        for said in _decoded(path, head):
            found |= self.names_in(said)
        return found

    def in_folder(self, folder: Path, *but: Path) -> dict[str, list[str]]:
        """Files below a folder by the name of what they hold; without those below `but`."""
        found: dict[str, list[str]] = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
            if not any(path.is_relative_to(other) for other in but):
                for name in self.in_file(path):
                    found.setdefault(name, []).append(path.relative_to(folder).as_posix())
        return found


def _raw(data: bytes) -> bytes:
    return b"".join(b"\\x%02x" % byte for byte in data)


def _base64(data: bytes) -> Iterator[bytes]:
    """In each alignment, without the digits that depend on what stands before and after."""
    for before in range(3):
        bits = (before * 8, (before + len(data)) * 8)
        digits = base64.b64encode(b"\0" * before + data)[-(-bits[0] // 6) : bits[1] // 6]
        yield b"".join(_BASE64.get(digit, digit) for digit in re.findall(b".", digits))


def _listed(data: bytes) -> bytes:
    """Decimal numbers, 0 to 255 or -128 to 127, with anything short between them."""
    numbers = (b"(?:%d|%d)" % (byte, byte - 256 if byte > 127 else byte) for byte in data)
    return rb"[^0-9]{1,3}".join(numbers)


def _decoded(path: Path, head: bytes) -> Iterator[bytes]:
    if head == b"PAR1":
        for batch in pq.ParquetFile(path).iter_batches():
            yield repr(batch.to_pylist()).encode()
    elif head == b"Obj\1":
        yield from _avro_blocks(path.read_bytes())
    elif head[:2] == b"\x1f\x8b":
        yield gzip.decompress(path.read_bytes())
    elif head == zstandard.FRAME_HEADER:
        yield zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read()


def _avro_blocks(data: bytes) -> Iterator[bytes]:
    """Blocks of an Avro file whose codec is deflate: each is two numbers, packed bytes, and the file's last 16."""
    assert b"avro.codec\x0edeflate" in data, "another codec"
    for block in data.split(data[-16:])[1:-1]:
        numbers = re.match(rb"(?s)(?:[\x80-\xff]*[\x00-\x7f]){2}", block)
        assert numbers
        yield zlib.decompress(block[numbers.end() :], wbits=-15)
