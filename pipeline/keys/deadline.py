"""A bound on the whole of an operation over the network."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

from pipeline.errors import KeySourceError

T = TypeVar("T")


def within(seconds: float, what: str, work: Callable[[], T]) -> T:
    """What `work` returns or raises.

    It runs in a thread of its own, which is left behind when the time is over: a socket's timeout begins anew with
    every byte, so that a server that drips could hold us for ever.

    Args:
        seconds: that it may take.
        what: is done, for the message, such as `opening the data key of attrition`.
        work: to be done.

    Raises:
        KeySourceError: it takes longer.
    """
    ended: Future[T] = Future()
    Thread(target=_do, args=(work, ended), daemon=True).start()
    if not wait([ended], timeout=seconds).done:
        raise KeySourceError(
            "the key source is too slow",
            given=what,
            allowed=f"an answer within {seconds:g} s",
            hint="look whether it is overloaded or out of reach, then start again",
        )
    return ended.result()


def _do(work: Callable[[], T], ended: "Future[T]") -> None:
    try:
        ended.set_result(work())
    except BaseException as error:  # goes on in the thread that waits
        ended.set_exception(error)
