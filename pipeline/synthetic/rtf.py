"""Documents in the Rich Text Format: plain paragraphs."""

_HEAD = "{\\rtf1\\ansi\\ansicpg1252\\uc1\\deff0{\\fonttbl{\\f0\\fswiss Calibri;}}\\f0\\fs22\n"
_SIGNS = str.maketrans({"\\": "\\\\", "{": "\\{", "}": "\\}"})


def rtf_file(paragraphs: list[str]) -> bytes:
    """A document of the paragraphs; signs beyond ASCII are escaped, so its bytes are ASCII."""
    return (_HEAD + "".join(f"{_escaped(paragraph)}\\par\n" for paragraph in paragraphs) + "}\n").encode("ascii")


def _escaped(text: str) -> str:
    text = text.translate(_SIGNS)
    return text if text.isascii() else "".join(sign if sign.isascii() else _unicode(sign) for sign in text)


def _unicode(sign: str) -> str:
    """Each UTF-16 unit as a signed number, and what a reader shows that can't."""
    units = sign.encode("utf-16-le")
    pairs = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
    return "".join(f"\\u{unit}?" for unit in pairs)
