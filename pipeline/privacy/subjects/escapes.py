"""Text out of bytes whose format is not known: encodings, and the escapes of JSON, XML, RTF and COPY."""

import codecs
import html
import re

#: RTF's \u233? before JSON's \u00e9; what else a backslash may stand before.
_BACKSLASH = re.compile(r"\\(?:u(-?\d{2,5})\?|u([0-9a-fA-F]{4})|'([0-9a-fA-F]{2})|([\\/\"bfnrt]))")
_SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
#: JSON may stand within a string of JSON.
_LAYERS = 2
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNICODE = 0x10000
#: Of UTF-16 at least every fourth byte is zero.
_WIDE = 4
_CUT = re.compile(rb"\A[\x80-\xbf]{1,3}")


def readings(block: bytes) -> list[str]:
    """What bytes may say, whose first or last character may be cut: as UTF-16, UTF-8, else as two code pages."""
    if block.count(b"\0") * _WIDE >= len(block):
        big_endian = block[0::2].count(b"\0") > block[1::2].count(b"\0")
        return [block.decode("utf-16-be" if big_endian else "utf-16-le", "replace")]
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(_CUT.sub(b"", block, count=1))
    except UnicodeDecodeError:
        return [unescaped(block.decode(encoding, "replace")) for encoding in ("utf-8", "windows-1252")]
    return [unescaped(text)]


def unescaped(text: str) -> str:
    """A text without escapes."""
    escaped = "\\" in text
    for _ in range(_LAYERS if escaped else 0):
        text = _BACKSLASH.sub(_meant, text)
    if escaped and _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return html.unescape(text) if "&" in text else text


def _meant(found: re.Match[str]) -> str:
    decimal, hexadecimal, byte, sign = found.groups()
    if decimal:
        return chr(int(decimal) % _UNICODE)
    if hexadecimal:
        return chr(int(hexadecimal, 16))
    if byte:
        return bytes([int(byte, 16)]).decode("windows-1252", "replace")
    return _SIGNS.get(sign, sign)
