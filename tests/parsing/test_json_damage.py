"""Random damage to JSON responses: framing and parsing never crash, and lose no record that was not hit."""

import io
import json
import random

import pytest

from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Field, Records
from pipeline.parsing.json_pages import envelope
from pipeline.parsing.json_records import parse_exactly

_FIELDS = (
    Field("id", "string"),
    Field("note", "string"),
    Field("level", "integer"),
    Field("amount", "number", "pay.amount"),
)
_WHERE = {
    "": b"[%s]",
    "records": b'{"records": [%s], "next": "c"}',
    "data.items": b'{"data":{"items":[%s]},"paging":{}}',
}
_PIECES = (b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\0", b"\xff", b"\n", b"x", b"1", b"\\u00", b"},{", b'":')


def page(rng: random.Random, at: str) -> tuple[bytes, list[tuple[int, int]]]:
    """A page of records without nested lists, and their spans."""
    texts = [
        json.dumps(
            {
                "id": f"N{number}",
                "note": rng.choice(["", "plain", 'with "quotes", {brackets} and ], [', "é\n\\", None]),
                "level": rng.choice([1, None, 2.0]),
                "pay": {"amount": rng.choice([1, 2.50])},
            }
        ).encode()
        for number in range(20)
    ]
    head, _, _ = _WHERE[at].partition(b"%s")
    spans, start = [], len(head)
    for text in texts:
        spans.append((start, start + len(text)))
        start += len(text) + 2
    return _WHERE[at] % b", ".join(texts), spans


def damage(rng: random.Random, body: bytes) -> tuple[bytes, int, int]:
    """The body with up to four bytes replaced, cut or put in at one place; where that place began and ended."""
    at, size = rng.randrange(len(body)), rng.randint(0, 4)
    return (
        body[:at] + b"".join(rng.choices(_PIECES, k=rng.randint(0, 2))) + body[at + size :],
        at,
        min(at + size, len(body)),
    )


@pytest.mark.parametrize("at", _WHERE)
@pytest.mark.parametrize("seed", range(50))
def test_damage_costs_what_it_hits(seed: int, at: str) -> None:
    """On a page that is whole apart from its records, a record that was not hit, nor the comma before it, is kept."""
    rng = random.Random(seed)
    whole, spans = page(rng, at)
    body, begin, end = damage(rng, whole)
    framed = [pair for frames in FORMATS["json"].frame(io.BytesIO(body), {"records_at": at}) for pair in frames]
    records = [body[frame.offset : frame.offset + frame.length] for frame, _ in framed]
    parsed = FORMATS["json"].parse(Records.of(records), _FIELDS, {})
    assert all(len(column) == len(records) for column in parsed.columns.values())
    if envelope(body, at) is None:
        return  # a pull takes no such page: it asks again
    moved = len(body) - len(whole)
    good = {(frame.offset, frame.offset + frame.length) for frame, _ in framed if frame.reason is None}
    before = {span for span in spans if span[1] < begin}
    after = {(first + moved, last + moved) for first, last in spans if first - 2 > end}
    assert before | after <= good


@pytest.mark.parametrize("seed", range(50))
def test_damage_everywhere_is_no_crash(seed: int) -> None:
    """Many places of damage in a body: still each byte of a frame is in one only, and is read as if alone."""
    rng = random.Random(seed)
    at = rng.choice(list(_WHERE))
    body = page(rng, at)[0]
    for _ in range(rng.randint(1, 30)):
        body = damage(rng, body)[0]
    end = 0
    for frames in FORMATS["json"].frame(io.BytesIO(body), {"records_at": at}):
        for frame, _ in frames:
            assert frame.offset >= end
            end = frame.offset + frame.length
        records = Records(body, frames.offsets, frames.lengths, frames.reasons)
        parsed, exactly = FORMATS["json"].parse(records, _FIELDS, {}), parse_exactly(records, _FIELDS)
        assert parsed.columns == exactly.columns
        assert (parsed.reasons, parsed.wrong_types) == (exactly.reasons, exactly.wrong_types)
        assert (parsed.ignored, parsed.strangers) == (exactly.ignored, exactly.strangers)
    assert end <= len(body)
