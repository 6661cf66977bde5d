"""What becomes of a text, and how a change of a text is spread over the pieces that it is written in."""

from collections.abc import Callable, Sequence

#: Returns a text as it was, another one, or None: no value.
Edit = Callable[[str], str | None]


def edited(text: str, edit: Edit) -> str:
    """What is to be written for a text; texts that are blank are not looked at."""
    return (edit(text) or "") if text.strip() else text


def spread(pieces: Sequence[str], text: str) -> list[str]:
    """Pieces that together give `text`; those before and after what changed stay as they are."""
    old = "".join(pieces)
    start = _shared(old, text)
    after = _shared(old[start:][::-1], text[start:][::-1])
    end, put = len(old) - after, text[start : len(text) - after]
    found, at = [], 0
    for piece in pieces:
        first, at = at, at + len(piece)
        here = put if start < at or at == len(old) else ""
        found.append(piece[: max(start - first, 0)] + here + piece[max(end - first, 0) :])
        put = "" if here else put
    return found


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    least = min(len(one), len(other))
    return next((at for at in range(least) if one[at] != other[at]), least)
