"""`extract`: pull sources into landing, two at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from pipeline.errors import ContractError
from pipeline.extract.pull import pull_source
from pipeline.jobs.context import Workplace

_AT_ONCE = 2  # each pull is a child process or a loop over files: more would only wait for the same two cores


def extract_sources(
    workplace: Workplace,
    as_of: date,
    sources: Sequence[str],
    *,
    fresh: bool = False,
    tell: Callable[[str], None] = lambda _: None,
    landed: Callable[[str], None] = lambda _: None,
) -> None:
    """Pull sources into the landing of one as-of date.

    Args:
        workplace: of the dataset.
        as_of: nothing later is pulled.
        sources: their names; those that are in already are left as they are.
        fresh: pull them all the same, from the start.
        tell: is given a line now and then while a source is pulled.
        landed: is given a line for each source that is in.

    Raises:
        ContractError: there is no such source.
        SourceError: a source failed after its retries; what has landed of it is kept for the next try.
    """
    known = workplace.dataset.spec.sources
    unknown = [source for source in sources if source not in known]
    if unknown:
        raise ContractError(f"no source {unknown[0]!r}", given=unknown[0], allowed=list(known))

    def pull(source: str) -> None:
        connections = workplace.settings.connections_file
        landing, keys = workplace.zones.landing, workplace.keys
        pulled = pull_source(workplace.dataset, source, as_of, landing, connections, keys, tell, fresh=fresh)
        size = sum(item.bytes for item in pulled.objects)
        records = sum(item.records for item in pulled.objects)
        landed(f"{source}: {records:,} records, {size / 1e6:,.1f} MB")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in [pool.submit(pull, source) for source in sources]:
            done.result()
