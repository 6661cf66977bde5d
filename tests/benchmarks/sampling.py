"""Where time goes, by looking at the running stack every millisecond of CPU time: no slower, so no other shares."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

_EVERY = 0.001


def shares(work: Callable[[], Any], part_of: Callable[[str], str | None], seconds: float = 4.0) -> dict[str, float]:
    """Shares of the CPU time of work that is repeated for some seconds; they add up to 1.

    Args:
        work: what to look at.
        part_of: the part that a function belongs to, by its file's path; None asks its caller. The part
            of the innermost function that has one is counted; "rest" where none has.
        seconds: how long to look.
    """
    seen: Counter[str] = Counter()

    def look(_: int, frame: FrameType | None) -> None:
        while frame is not None:
            part = part_of(Path(frame.f_code.co_filename).as_posix())
            if part is not None:
                seen[part] += 1
                return
            frame = frame.f_back
        seen["rest"] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    try:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return {part: count / seen.total() for part, count in seen.most_common()}
