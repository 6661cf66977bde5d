"""What may differ between XML records of one shape: values, and whether an element is there."""

from dataclasses import dataclass

_CONTROL = rb"\x00-\x08\x0b\x0c\x0e-\x1f\r"
_ENTITY = rb"&(?:amp|lt|gt|quot|apos);"
_CDATA_PART = rb"[^\]" + _CONTROL + rb"]*+"
#: What a CDATA section holds.
CDATA = _CDATA_PART + rb"(?:\](?!\]>)" + _CDATA_PART + rb")*+"
#: Characters that end the text of an element.
ENDS_TEXT = b"<&>"


@dataclass(eq=False)
class Value:
    """A value that differs between records.

    Attributes:
        without: characters that end it, beside those that XML forbids.
        cdata: it may come as CDATA.
        entities: it may hold entities.
        used: it is asked for.
    """

    without: bytes
    cdata: bool = False
    entities: bool = True
    used: bool = False

    def use(self, is_string: bool) -> None:
        """Ask for it; what is no string seldom comes as CDATA or with entities, and is read more quickly without."""
        self.cdata = self.cdata or (is_string and self.without == ENDS_TEXT)
        self.entities = is_string or (self.used and self.entities)
        self.used = True

    def render(self) -> bytes:
        """Its part of a pattern."""
        plain = b"[^" + self.without + _CONTROL + b"]*+"
        text = plain + b"(?:" + _ENTITY + plain + b")*+" if self.entities else plain
        text, cdata = (b"(" + part + b")" if self.used else part for part in (text, CDATA))
        return b"(?:<!\\[CDATA\\[" + cdata + b"\\]\\]>|" + text + b")" if self.cdata else text


@dataclass(eq=False)
class Presence:
    """A group that takes part where its element is there."""

    used: bool = False

    def render(self) -> bytes:
        """Its part of a pattern."""
        return b"()" if self.used else b""
