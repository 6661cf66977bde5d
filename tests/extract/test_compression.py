"""Compressed streams: whole, cut, damaged and hostile."""

import gzip
import io
import random
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.compression import Compression, Decompressed, compression_of, frame_decompressed, rejected_from
from pipeline.parsing import FORMATS

LAYOUT = {"header": ["id", "value"], "start": 9, "delimiter": ",", "encoding": "utf-8"}
_draw = random.Random(4)
ROWS = [b"%d,%016x" % (number, _draw.getrandbits(64)) for number in range(20_000)]
TEXT = b"id,value\n" + b"\n".join(ROWS) + b"\n"


def gzipped(text: bytes) -> bytes:
    return gzip.compress(text, 6, mtime=0)


def zstd(text: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(text)


COMPRESS: dict[Compression, Callable[[bytes], bytes]] = {"gzip": gzipped, "zstd": zstd}
WHOLE = {kind: compress(TEXT) for kind, compress in COMPRESS.items()}
kinds = pytest.mark.parametrize("kind", COMPRESS)


def read(body: bytes, kind: Compression) -> tuple[bytes, Decompressed]:
    stream = Decompressed(io.BytesIO(body), kind)
    return stream.readall(), stream


def framed(body: bytes, kind: Compression) -> list[tuple[bytes | None, str | None]]:
    """Each frame's bytes and reason; the bytes of one that was rejected don't matter."""
    text, known = read(body, kind)
    frames = frame_decompressed(FORMATS["csv"].frame, Decompressed(io.BytesIO(body), kind), LAYOUT)
    if known.wrong_from is not None:
        frames = rejected_from(frames, known.wrong_from, known.reason or "")
    found = [frame for batch in frames for frame, _ in batch]
    return [
        (None if frame.reason else text[frame.offset : frame.offset + frame.length], frame.reason) for frame in found
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv.gz", "gzip"),
        ("A.CSV.GZ", "gzip"),
        ("a.xml.zst", "zstd"),
        ("a.csv", None),
        ("gz", None),
        ("a.gz.csv", None),
    ],
)
def test_names(name: str, expected: str | None) -> None:
    """The end of its name says how a file is compressed."""
    assert compression_of(name) == expected


@kinds
def test_members_follow_each_other(kind: Compression) -> None:
    """All members of a file are read as one text, empty ones too."""
    compress = COMPRESS[kind]
    body = compress(TEXT[:100]) + compress(b"") + compress(TEXT[100:])
    text, stream = read(body, kind)
    assert (text, stream.reason, stream.size) == (TEXT, None, len(TEXT))


def test_gzip_may_be_padded() -> None:
    """Zeros after a member are padding."""
    assert read(gzipped(TEXT) + bytes(5000), "gzip")[1].reason is None


def test_zstd_frames_may_be_skippable() -> None:
    """Frames that zstd says to skip hold no text."""
    skippable = b"\x50\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"abc"
    text, stream = read(skippable + zstd(b"x") + skippable, "zstd")
    assert (text, stream.reason) == (b"x", None)


@kinds
@given(positions=st.lists(st.integers(0, len(TEXT)), max_size=6))
def test_seeking(kind: Compression, positions: list[int]) -> None:
    """Any place can be gone to, forward or back."""
    stream = io.BufferedReader(Decompressed(io.BytesIO(WHOLE[kind]), kind))
    for position in positions:
        assert stream.seek(position) == position
        assert stream.read(20) == TEXT[position : position + 20]


@kinds
@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda body: b"", "truncated"),
        (lambda body: body[:3], "truncated"),
        (lambda body: body[: len(body) // 2], "truncated"),
        (lambda body: body[:-1], "truncated"),
        (lambda body: b"id,value\n1,not compressed\n", "damaged"),
        (lambda body: body + b"rubbish", "damaged"),
        (lambda body: body[:20_000] + bytes(400) + body[20_400:], "damaged"),
        (lambda body: body[:-6] + bytes([body[-6] ^ 1]) + body[-5:], "damaged"),
    ],
)
def test_damage(kind: Compression, damage: Callable[[bytes], bytes], why: str) -> None:
    """What is kept was there, in order; one last frame accounts for the rest."""
    found = framed(damage(WHOLE[kind]), kind)
    assert found[-1] == (None, f"{kind}.{why}")
    kept = [row for row, reason in found[:-1] if reason is None]
    assert kept == ROWS[: len(kept)]
    assert all(reason in (None, found[-1][1]) for _, reason in found)


@pytest.mark.parametrize(("kind", "least"), [("gzip", 0.48), ("zstd", 0.25)])
def test_what_stays_of_a_cut_file(kind: Compression, least: float) -> None:
    """A cut gzip gives up to the last byte, zstd up to the last block of 128 KiB."""
    kept = len(framed(WHOLE[kind][: len(WHOLE[kind]) // 2], kind)) - 1
    assert least * len(ROWS) <= kept <= len(ROWS) / 2 + 100


def test_a_cut_record_is_not_kept() -> None:
    """A row that reaches up to the cut may have been longer: it is part of the last frame."""
    body = gzip.compress(b"id,value\n1,a\n2,bc", 0)
    for missing, expected in ((9, [b"1,a"]), (12, [b"1,a"]), (13, [])):
        rows = framed(body[:-missing], "gzip")
        assert [row for row, reason in rows if reason is None] == expected
        assert rows[-1][1] == "gzip.truncated"


@kinds
def test_a_wrong_checksum_rejects_its_member(kind: Compression) -> None:
    """Which bytes are wrong nobody knows: no record of the member is trusted, those of members before it are."""
    compress = COMPRESS[kind]
    wrong = bytearray(compress(b"3,c\n4,d\n"))
    wrong[-5 if kind == "gzip" else -1] ^= 1
    body = compress(b"id,value\n1,a\n2,b\n") + bytes(wrong)
    stream = Decompressed(io.BytesIO(body), kind)
    frames = list(frame_decompressed(FORMATS["csv"].frame, stream, LAYOUT))
    assert stream.wrong_from == 17
    again = rejected_from(iter(frames), 17, f"{kind}.damaged")
    reasons = [frame.reason for batch in again for frame, _ in batch]
    assert reasons[:2] == [None, None]
    assert set(reasons[2:]) == {f"{kind}.damaged"}


@kinds
def test_a_bomb_is_not_decoded(kind: Compression) -> None:
    """A file that holds hundreds of times its length ends soon after the free part, with that reason."""
    body = COMPRESS[kind](bytes(256 << 20))
    stream = Decompressed(io.BytesIO(body), kind)
    while stream.read(1 << 20):
        pass
    assert stream.reason == f"{kind}.bomb"
    assert stream.size < 128 << 20


def test_zstd_with_a_huge_window() -> None:
    """A window that would not fit into memory is not allocated."""
    parameters = zstandard.ZstdCompressionParameters(window_log=30, enable_ldm=1)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    assert read(packer.compress(TEXT) + packer.flush(), "zstd")[1].reason == "zstd.damaged"


@kinds
@pytest.mark.parametrize("seed", range(50))
def test_random_damage(kind: Compression, seed: int) -> None:
    """Some bytes among many members are changed: no crash, members before them stay, nothing wrong is kept."""
    draw = random.Random(seed)
    compress = COMPRESS[kind]
    parts = [ROWS[at : at + 500] for at in range(0, 5_000, 500)]
    members = [compress(b"\n".join(part) + b"\n") for part in parts]
    body = bytearray(compress(b"id,value\n") + b"".join(members))
    places = sorted(draw.sample(range(len(body)), 3))
    for place in places:
        body[place] ^= draw.randrange(1, 256)
    found = framed(bytes(body), kind)
    kept = [row for row, reason in found if reason is None]
    assert kept == ROWS[: len(kept)]
    ends = [sum(map(len, members[: number + 1])) for number in range(len(members))]
    before = sum(len(compress(b"id,value\n")) + end <= places[0] for end in ends)
    assert len(kept) >= 500 * before
