"""Being asked to end, as an exception, so that every block on the way out is left in order."""

import signal
from types import FrameType


class AskedToEndError(BaseException):
    """SIGTERM or SIGHUP came."""


def raise_when_asked_to_end() -> None:
    """From now on SIGTERM and SIGHUP raise, once: while we clean up, a second one changes nothing."""

    def end(number: int, _: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)
        raise AskedToEndError(signal.Signals(number).name)

    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, end)
