"""What a piece of work cost: wall time, CPU time and peak memory of this process and all its children."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

_PAUSE = 0.5  # seconds between samples: short against any stage, and cheap


@dataclass
class Resources:
    """Filled in when the measured block ends."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_rss_bytes: int = 0


class _Sampler(threading.Thread):
    """Watches the process tree; a child's CPU time counts up to its last sample."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.peak = 0
        self.cpu: dict[int, float] = {}
        self._root = psutil.Process()

    def sample(self) -> None:
        total = 0
        for process in [self._root, *self._root.children(recursive=True)]:
            try:
                with process.oneshot():
                    total += process.memory_info().rss
                    times = process.cpu_times()
                self.cpu[process.pid] = times.user + times.system
            except psutil.Error:  # it ended between listing and looking
                continue
        self.peak = max(self.peak, total)

    def run(self) -> None:
        while not self.done.wait(_PAUSE):
            self.sample()


@contextmanager
def measured() -> Iterator[Resources]:
    """Measure the block; the figures stand in the yielded Resources after it."""
    resources, sampler, began = Resources(), _Sampler(), time.monotonic()
    sampler.sample()
    before = dict(sampler.cpu)
    sampler.start()
    try:
        yield resources
    finally:
        sampler.done.set()
        sampler.join()
        sampler.sample()
        resources.seconds = round(time.monotonic() - began, 3)
        resources.cpu_seconds = round(sum(sampler.cpu.values()) - sum(before.values()), 3)
        resources.peak_rss_bytes = sampler.peak
