"""The work of `clearwell scan`: batches of texts through a search, in one process or several, in order."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING

from pipeline.cli.scanning.texts import Batch

if TYPE_CHECKING:
    from pipeline.privacy.spans import Span

    Find = Callable[[list[str]], list[list[Span]]]

#: Batches that each process may be ahead of the one that is printed: bounds memory.
_AHEAD = 2
_find: "Find | None" = None


@dataclass
class Tally:
    """What a scan came to.

    Attributes:
        texts: that were searched.
        hits: those of them with a find.
        types: stretches by entity type.
    """

    texts: int = 0
    hits: int = 0
    types: Counter[str] = field(default_factory=Counter)

    def add(self, found: "list[list[Span]]") -> None:
        self.texts += len(found)
        self.hits += sum(map(bool, found))
        self.types.update(span.entity_type for spans in found for span in spans)


def search_batches(
    batches: Iterable[Batch], find: "Find", processes: int
) -> "Iterator[tuple[Batch, list[list[Span]]]]":
    """Each batch with the spans of its texts, in the order of the batches.

    Args:
        batches: to be searched; at most `_AHEAD` for each process are held.
        find: the search; other processes get it by being forked from this one.
        processes: 1 for none but this one.
    """
    if processes == 1:
        yield from ((batch, find(batch.texts)) for batch in batches)
        return
    global _find  # noqa: PLW0603 - what a forked process inherits
    _find = find
    find(["a"])  # what is built on first use is built once, before the fork
    waiting: deque[tuple[Batch, Future[list[list[Span]]]]] = deque()
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        try:
            for batch in batches:
                waiting.append((batch, pool.submit(_work, batch.texts)))
                if len(waiting) > _AHEAD * processes:
                    yield _done(waiting)
            while waiting:
                yield _done(waiting)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _done(waiting: "deque[tuple[Batch, Future[list[list[Span]]]]]") -> "tuple[Batch, list[list[Span]]]":
    batch, future = waiting.popleft()
    return batch, future.result()


def _work(texts: list[str]) -> "list[list[Span]]":
    assert _find is not None  # set before the fork
    return _find(texts)
