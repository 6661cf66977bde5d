"""Parts of a DOCX file out of its bytes: a reader of plain zip archives that trusts nothing the archive says of itself.

Only the parts that are asked for are inflated, one at a time, in memory: names are keys and never become paths.
Zip64 and archives in several pieces are refused: a document is far below 4 GB.
"""

import zlib
from struct import Struct
from struct import error as StructError
from typing import NamedTuple

from pipeline.parsing.document_content import RefusedError

MOST_PARTS = 10_000
#: Bytes of a part that is read, and of all parts as declared; each that is read must turn out to have what it declared.
MOST_PART, MOST_TOTAL = 16 << 20, 256 << 20
#: A part may be this many times its compressed size, or `ANY_RATIO` bytes if that is more.
MOST_RATIO, ANY_RATIO = 200, 1 << 20
_STORED, _DEFLATED = 0, 8
#: Encrypted, strongly encrypted, or with a masked header.
_ENCRYPTED = 0x2041
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_COMMENT = 0xFFFF
_END = Struct("<4s4H2IH")
#: Of a part: magic, flags, method, CRC, sizes, lengths of name, extra and comment, where its bytes are.
_ENTRY = Struct("<4s4x2H4x3I3H8xI")
_LOCAL = Struct("<4s22x2H")
_BROKEN = "docx.zip"


class Part(NamedTuple):
    """One part as it is stored: two that are equal hold the same.

    Attributes:
        method: of compression.
        crc: CRC-32 of its bytes, as declared.
        size: bytes of it, as declared.
        packed: its bytes, compressed.
    """

    method: int
    crc: int
    size: int
    packed: bytes


#: Of one part: method, CRC, compressed size, size, offset of its local header, name as written.
_Entry = tuple[int, int, int, int, int, bytes]


class Archive:
    """Parts of one file by name, whose case does not matter.

    Raises:
        RefusedError: `docx.zip` (none, broken, or ambiguous: two parts of one name), `docx.encrypted`, `docx.bomb`
            (declared sizes beyond the limits), `docx.too_many_parts`.
    """

    def __init__(self, body: bytes) -> None:
        if body.startswith(OLE):
            raise RefusedError("docx.encrypted")
        self._body = body
        try:
            self._directory, self._entries = _directory(body)
        except StructError:
            raise RefusedError(_BROKEN) from None

    def __contains__(self, name: str) -> bool:
        return name.lower().encode() in self._entries

    @property
    def names(self) -> list[str]:
        """Names of all parts as they are written, in the order of the directory.

        Raises:
            UnicodeDecodeError: one is not UTF-8.
        """
        return [entry[-1].decode() for entry in self._entries.values()]

    def part(self, name: str) -> Part:
        """The part `name`, which is there, not yet inflated.

        Raises:
            RefusedError: `docx.zip`.
        """
        method, crc, packed, size, at, written = self._entries[name.lower().encode()]
        try:
            magic, name_length, extra = _LOCAL.unpack_from(self._body, at)
        except StructError:
            raise RefusedError(_BROKEN) from None
        name_at = at + _LOCAL.size
        start = name_at + name_length + extra
        same = magic == b"PK\3\4" and self._body[name_at : name_at + name_length] == written
        if not same or start + packed > self._directory:
            raise RefusedError(_BROKEN)
        return Part(method, crc, size, self._body[start : start + packed])


def inflate(part: Part) -> bytes:
    """Bytes of a part, checked against its size and CRC.

    Raises:
        RefusedError: `docx.zip`, or `docx.bomb` as soon as more than the limits comes out, whatever was declared.
    """
    data = part.packed
    if part.size > MOST_PART:
        raise RefusedError("docx.bomb")
    if part.method == _DEFLATED:
        most = min(MOST_PART, _most(len(data)))
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            data = inflater.decompress(data, most + 1)
        except zlib.error:
            raise RefusedError(_BROKEN) from None
        if len(data) > most:
            raise RefusedError("docx.bomb")
        if not inflater.eof:
            raise RefusedError(_BROKEN)
    elif part.method != _STORED:
        raise RefusedError(_BROKEN)
    if len(data) != part.size or zlib.crc32(data) != part.crc:
        raise RefusedError(_BROKEN)
    return data


def _most(packed: int) -> int:
    """Bytes that a part of so many compressed bytes may declare."""
    return max(ANY_RATIO, MOST_RATIO * packed)


def _directory(body: bytes) -> tuple[int, dict[bytes, _Entry]]:
    """Where the central directory starts, and the parts it lists."""
    end = body.rfind(b"PK\5\6", max(len(body) - _END.size - _MOST_COMMENT, 0))
    if end < 0:
        raise RefusedError(_BROKEN)
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(body, end)
    if count > MOST_PARTS:
        raise RefusedError("docx.too_many_parts")
    if (disk, first_disk, here) != (0, 0, count) or start + size != end or end + _END.size + comment != len(body):
        raise RefusedError(_BROKEN)
    entries: dict[bytes, _Entry] = {}
    at, total = start, 0
    for _ in range(count):
        magic, flags, method, crc, packed, size, name, extra, note, local = _ENTRY.unpack_from(body, at)
        name_at = at + _ENTRY.size
        written = body[name_at : name_at + name]
        at = name_at + name + extra + note
        if magic != b"PK\1\2" or at > end:
            raise RefusedError(_BROKEN)
        if flags & _ENCRYPTED:
            raise RefusedError("docx.encrypted")
        if size > _most(packed):
            raise RefusedError("docx.bomb")
        total += size
        entries[written.lower()] = (method, crc, packed, size, local, written)
    if at != end or len(entries) != count:
        raise RefusedError(_BROKEN)
    if total > MOST_TOTAL:
        raise RefusedError("docx.bomb")
    return start, entries
