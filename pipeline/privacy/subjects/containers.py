"""What bytes hold that a search of them would not see: members of zip files, and text that markup cuts through."""

import re
import zlib
from collections.abc import Iterator
from mmap import mmap

Buffer = bytes | mmap
_LOCAL_HEADER = b"PK\x03\x04"
_HEADER_BYTES = 30
_DEFLATED = 8
#: Headers of members and of a zip file's directory, but for names and comments: their sums and sizes are no text.
_HEADERS = re.compile(rb"PK(?:\x03\x04.{26}|\x01\x02.{42}|\x05\x06.{18}|\x07\x08.{12})", re.DOTALL)
#: A member that unpacks to more than this is a bomb, and read no further.
_MOST_UNPACKED = 64 << 20
_PIECE = 16 << 10
_BREAK = re.compile(rb"</(?:w:p|w:tc|a:p|p|div|td)>|<(?:w:)?(?:br|tab|cr)\b[^>]*>")
_TAG = re.compile(rb"<[^<>]*>")
_ATTRIBUTE = re.compile(rb"""=\s*("[^"<>]*"|'[^'<>]*')""")
#: RTF's control words, but for those that stand for characters.
_CONTROL = re.compile(rb"\\(?!u-?\d|')[a-z]+-?\d* ?|[{}]")


def visible(data: Buffer) -> Iterator[bytes]:
    """Pieces that say to a search what some bytes say: zip files unpacked and without tags, RTF without commands."""
    done, at = 0, data.find(_LOCAL_HEADER)
    while at >= 0:
        method = int.from_bytes(data[at + 8 : at + 10], "little")
        name, extra = (int.from_bytes(data[at + place : at + place + 2], "little") for place in (26, 28))
        start = at + _HEADER_BYTES + name + extra
        yield _plain(data[done:start])
        done = start
        if method == _DEFLATED:
            member, packed = _inflated(memoryview(data)[start:])
            yield _without_tags(member)
            done += packed
        at = data.find(_LOCAL_HEADER, max(done, at + 4))
    yield _plain(data[done:])


def _plain(data: bytes) -> bytes:
    data = _HEADERS.sub(b"\n", data)
    return _CONTROL.sub(b"", data) if b"{\\rtf" in data else data


def _inflated(data: memoryview) -> tuple[bytes, int]:
    """What deflated bytes hold, and how many they are; nothing where they are damaged.

    They are given piece by piece, since zlib copies all that follows their end.
    """
    inflater, member, at = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), 0
    while not inflater.eof and at < len(data) and len(member) < _MOST_UNPACKED:
        piece = data[at : at + _PIECE]
        try:
            member += inflater.decompress(piece, _MOST_UNPACKED - len(member))
        except zlib.error:
            return b"", 0
        at += len(piece) - len(inflater.unused_data) - len(inflater.unconsumed_tail)
    return bytes(member), at


def _without_tags(member: bytes) -> bytes:
    """XML as it reads, then what its attributes say."""
    if not member.lstrip().startswith(b"<"):
        return member
    return _TAG.sub(b"", _BREAK.sub(b"\n", member)) + b"\n" + b"\n".join(_ATTRIBUTE.findall(member))
