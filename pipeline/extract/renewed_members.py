"""The list of files of a successor object: where each lies now, and what it is called."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.extract.index import read_index
from pipeline.extract.landing import LandedObject
from pipeline.extract.members import FILE_FORMATS, Member, read_members, span_of, write_members
from pipeline.extract.streams import open_framed
from pipeline.storage.objects import FolderStore

_CHUNK = 1 << 20


def renew_members(
    store: FolderStore,
    landed: LandedObject,
    successor: LandedObject,
    edits: Mapping[int, bytes | None],
    names: Mapping[str, str | None],
) -> LandedObject:
    """Write the list of members of a successor that is written otherwise; the successor with what that changes.

    A changed or renamed file is no longer the one that was found: its length and digest as it was are forgotten.
    """
    if not landed.members_sha256:
        return successor
    before, edited = read_members(store, landed.key), sorted(edits)
    after = []
    for number, (member, placed) in enumerate(zip(before, _placed(store, successor, before), strict=True)):
        blank = landed.format in FILE_FORMATS and edits.get(member.first, b"") is None
        name = None if blank else names.get(member.name, member.name)
        touched = bisect_left(edited, member.first) < bisect_left(edited, member.first + member.records)
        same = name == member.name and not touched
        found = (member.file_bytes, member.file_sha256) if same else (0, "")
        after.append(replace(placed, name=name or f"erased-{number}", file_bytes=found[0], file_sha256=found[1]))
    origin = landed.origin.removesuffix(span_of(before)) + span_of(after)
    return replace(successor, origin=origin, members_sha256=write_members(store, successor.key, after))


def _placed(store: FolderStore, successor: LandedObject, members: Sequence[Member]) -> Iterator[Member]:
    """The members where they lie in the successor, hashed anew; the one file of a compressed object is all of it."""
    if "compression" in successor.layout:
        yield replace(members[0], bytes=successor.bytes, sha256=successor.sha256)
        return
    bounds = _bounds(store, successor, members)
    with open_framed(store, successor.key) as stream:
        for member, (start, end) in zip(members, bounds, strict=True):
            stream.seek(start)
            digest = hashlib.sha256()
            for at in range(start, end, _CHUNK):
                digest.update(stream.read(min(_CHUNK, end - at)))
            yield replace(member, offset=start, bytes=end - start, sha256=digest.hexdigest())


def _bounds(store: FolderStore, successor: LandedObject, members: Sequence[Member]) -> list[tuple[int, int]]:
    """Where the records of each member begin and end; a file without records is empty and lies where it would begin."""
    firsts = np.array([member.first for member in members], np.int64)
    afters = firsts + np.array([member.records for member in members], np.int64)
    starts, ends = np.full(len(members), successor.unpacked), np.zeros(len(members), np.int64)
    for group in read_index(store, successor.key, 0, successor.records):
        lowest, offsets = group["ordinal"][0].as_py(), group["offset"].to_numpy()
        stops = offsets + group["length"].to_numpy()
        begun = slice(*np.searchsorted(firsts, (lowest, lowest + len(group))))
        ended = slice(*np.searchsorted(afters, (lowest + 1, lowest + len(group) + 1)))
        starts[begun] = offsets[firsts[begun] - lowest]
        ends[ended] = stops[afters[ended] - 1 - lowest]
    empty = firsts == afters
    ends[empty] = starts[empty]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
