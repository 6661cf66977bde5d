"""Pseudonyms a second: in the kernel on one core, and through Spark on two, against loops over the standard library.

One peer keys each HMAC anew (`hmac.digest`), the other copies one that is keyed already. Nine values in ten are
distinct, as identifiers are; batches are those that Spark gives a worker.
"""

import hmac
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Privacy
from pipeline.keys import DevelopmentKeyFile
from pipeline.privacy.finders import Finders
from pipeline.privacy.kernel import Vault, apply_keyed_actions
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.settings import Settings
from pipeline.spark import make_session
from pipeline.storage.objects import FolderStore
from tests.benchmarks.harness import Result, compare

_VALUES, _BATCH, _ROWS, _CORES, _TASKS = 400_000, 2_000, 600_000, 2, 8
_DOMAINS = ("employee", "email", "manager")
_KEY = bytes(range(32))
#: Of nine in ten a number of its own, of the tenth one that another has.
_NUMBER = "id * 7 % {distinct}"
_TEXTS = {
    "employee": "format_string('E%07d', {number})",
    "email": "concat('first.last', {number}, '@example.org')",
    "manager": "format_string('M%07d', {number})",
}
_GOALS = {"kernel": 1_000_000, "spark": 500_000}


def main() -> None:
    """Print the ratios, and the rates a core beside their goals."""
    batches = values(_VALUES)
    ours, flat = partial(kernel, batches), [value for batch in batches for value in batch]
    for name, peer in (("hmac.digest", keyed_anew), ("a keyed HMAC copied", keyed_before)):
        made = compare(f"pseudonyms against {name}", partial(peer, flat), ours, _VALUES, "values", equal=list.__eq__)
    told("kernel", made.ours)
    with tempfile.TemporaryDirectory(prefix="clearwell-bench-pseudonyms-") as folder:
        told("spark", through_spark(Path(folder)).ours / _CORES)


def values(count: int) -> list[list[str]]:
    """Employee ids in Spark's batches."""
    listed = [f"E{at * 7 % (count * 9 // 10):07d}" for at in range(count)]
    return [listed[at : at + _BATCH] for at in range(0, count, _BATCH)]


def kernel(batches: list[list[str]]) -> list[str | None]:
    pseudonymiser = Pseudonymiser(_KEY)
    return [found for batch in batches for found in pseudonymiser.pseudonyms(batch, "employee")]


def keyed_anew(listed: list[str]) -> list[str | None]:
    key = hmac.digest(_KEY, b"pseudonym:employee", "sha256")
    return [hmac.digest(key, value.encode(), "sha256").hex()[:32] for value in listed]


def keyed_before(listed: list[str]) -> list[str | None]:
    keyed = hmac.new(hmac.digest(_KEY, b"pseudonym:employee", "sha256"), digestmod="sha256")
    made: list[str | None] = []
    for value in listed:
        copied = keyed.copy()
        copied.update(value.encode())
        made.append(copied.hexdigest()[:32])
    return made


def through_spark(folder: Path) -> Result:
    """Three columns, read from Parquet and written nowhere; the peer has plain loops in as many processes."""
    keys = DevelopmentKeyFile(folder / "key")
    keys.create("staff")
    vault = Vault(keys, "staff", None, FolderStore(folder / "landing"), "none", Finders("none", folder))
    columns = [Column(name, "string", Privacy("pseudonymise")) for name in _DOMAINS]
    work = _ROWS * len(columns)
    with ProcessPoolExecutor(_CORES, mp_context=get_context("spawn")) as pool:
        peer = partial(loops, pool, [batch for batch in values(work // _CORES) for batch in batch])
        peer()  # its processes are there before Spark has much memory
        spark = make_session(Settings(home=folder / "home", cores=_CORES))
        number = _NUMBER.format(distinct=_ROWS * 9 // 10)
        source = spark.range(_ROWS, numPartitions=_TASKS).selectExpr(
            *(f"{text.format(number=number)} AS {name}" for name, text in _TEXTS.items()),
            "cast(cast(id AS string) AS binary) AS _digest",
        )
        source.write.parquet(str(folder / "staff"))
        counts = F.create_map().cast("map<string,bigint>").alias("_counts")
        frame = spark.read.parquet(str(folder / "staff")).select("*", counts)
        made = compare("pseudonyms through Spark", peer, partial(write, frame, columns, vault), work, "values", pairs=5)
        spark.stop()
    return made


def write(frame: DataFrame, columns: list[Column], vault: Vault) -> None:
    apply_keyed_actions(frame, columns, vault).write.format("noop").mode("overwrite").save()


def loops(pool: ProcessPoolExecutor, listed: list[str]) -> int:
    """As many values as Spark has, a process a core, each HMAC keyed anew."""
    return sum(pool.map(count, [keyed_anew] * _CORES, [listed] * _CORES))


def count(work: Callable[[list[str]], list[str | None]], listed: list[str]) -> int:
    return len(work(listed))


def told(name: str, rate: float) -> None:
    """A rate a core beside its goal."""
    met = "met" if rate >= _GOALS[name] else "MISSED"
    print(f"{name}: {rate:,.0f} values/s a core, goal {_GOALS[name]:,}: {met}", flush=True)


if __name__ == "__main__":
    main()
