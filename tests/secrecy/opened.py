"""Which files any process opens or writes while a block runs, in their order, as the kernel tells by inotify(7)."""

import ctypes
import os
import select
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_WRITTEN, _OPENED, _FOLDER = 0x2, 0x20, 0x40000000
_HEAD = struct.Struct("iIII")
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def opened(*folders: Path) -> Iterator[list[tuple[str, Path]]]:
    """Watch all folders below some; the list is filled when the block ends, with ("opened" or "written", file)."""
    seen: list[tuple[str, Path]] = []
    handle = _libc.inotify_init1(os.O_NONBLOCK)
    watched = {_watch(handle, place): place for top in folders for place in (top, *top.rglob("*/"))}
    try:
        yield seen
        while select.select([handle], [], [], 0)[0]:
            seen += _events(os.read(handle, 1 << 16), watched)
    finally:
        os.close(handle)


def _watch(handle: int, folder: Path) -> int:
    number = int(_libc.inotify_add_watch(handle, os.fsencode(folder), _WRITTEN | _OPENED))
    if number < 0:
        raise OSError(ctypes.get_errno(), "inotify_add_watch")
    return number


def _events(data: bytes, watched: dict[int, Path]) -> Iterator[tuple[str, Path]]:
    while data:
        number, mask, _, length = _HEAD.unpack_from(data)
        name = data[_HEAD.size : _HEAD.size + length].rstrip(b"\0")
        data = data[_HEAD.size + length :]
        if not mask & _FOLDER and number in watched:
            yield "written" if mask & _WRITTEN else "opened", watched[number] / os.fsdecode(name)
