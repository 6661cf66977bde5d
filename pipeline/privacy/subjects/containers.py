"""What bytes hold that a search of them would not see: members of zip files, and text that markup cuts through."""

import re
import zlib
from collections.abc import Iterator

_LOCAL_HEADER = b"PK\x03\x04"
_HEADER_BYTES = 30
_DEFLATED = 8
#: Sums and sizes between the members would make the whole look like no UTF-8.
_NOT_ASCII = bytes(range(0x80, 0x100))
#: A member that unpacks to more than this is a bomb, and read no further.
_MOST_UNPACKED = 64 << 20
_BREAK = re.compile(rb"</(?:w:p|w:tc|a:p|p|div|td)>|<(?:w:)?(?:br|tab|cr)\b[^>]*>")
_TAG = re.compile(rb"<[^<>]*>")
_ATTRIBUTE = re.compile(rb"""=\s*("[^"<>]*"|'[^'<>]*')""")
#: RTF's control words, but for those that stand for characters.
_CONTROL = re.compile(rb"\\(?!u-?\d|')[a-z]+-?\d* ?|[{}]")


def visible(data: bytes) -> bytes:
    """Bytes that say the same to a search: members of zip files unpacked and without tags, RTF without its commands."""
    if _LOCAL_HEADER in data:
        return b"\n".join(_unpacked(data))
    return _CONTROL.sub(b"", data) if data.startswith(b"{\\rtf") else data


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Some bytes with zip files in them: each member, found by its local header, in place of what it is packed to."""
    done, at = 0, data.find(_LOCAL_HEADER)
    while at >= 0:
        method = int.from_bytes(data[at + 8 : at + 10], "little")
        name, extra = (int.from_bytes(data[at + place : at + place + 2], "little") for place in (26, 28))
        start = at + _HEADER_BYTES + name + extra
        yield data[done:start].translate(None, _NOT_ASCII)
        done = start
        if method == _DEFLATED:
            member, packed = _inflated(memoryview(data)[start:])
            yield _without_tags(member)
            done += packed
        at = data.find(_LOCAL_HEADER, max(done, at + 4))
    yield data[done:].translate(None, _NOT_ASCII)


def _inflated(data: memoryview) -> tuple[bytes, int]:
    """What deflated bytes hold, and how many they are; nothing where they are damaged."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        member = inflater.decompress(data, _MOST_UNPACKED)
    except zlib.error:
        return b"", 0
    return member, len(data) - len(inflater.unused_data) - len(inflater.unconsumed_tail)


def _without_tags(member: bytes) -> bytes:
    """XML as it reads, then what its attributes say."""
    if not member.lstrip().startswith(b"<"):
        return member
    return _TAG.sub(b"", _BREAK.sub(b"\n", member)) + b"\n" + b"\n".join(_ATTRIBUTE.findall(member))
