"""XML: landing's index and columns of text against lxml's iterparse and Spark's own reader, same file, one core.

The file has 32 MB, or as many as the first argument says.
"""

import random
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
from lxml import etree
from pyspark.sql import SparkSession

from pipeline.parsing.frames import Field
from pipeline.settings import Settings
from pipeline.spark import make_session
from pipeline.storage.objects import FolderStore
from tests.benchmarks.file_format import FileFormat
from tests.benchmarks.harness import compare

_MEGABYTES = 32
FIELDS = [
    Field("review_id", "string", "@id"),
    Field("cycle", "integer", "@cycle"),
    Field("employee", "string", "Employee/@number"),
    Field("reviewer", "string", "Reviewer/@number"),
    Field("date", "date", "Date"),
    Field("overall", "number", "Ratings/Rating[@kind='overall']"),
    Field("teamwork", "number", "Ratings/Rating[@kind='teamwork']"),
    Field("goals_met", "number", "GoalsMet"),
    Field("comment", "string", "Comment"),
    Field("recorded_at", "timestamp", "RecordedAt"),
]
FORMAT = FileFormat("xml", {"record": "Review"}, FIELDS)
_SCHEMA = """_id string, _cycle int, `hr:Employee` struct<_number: string>, `hr:Reviewer` struct<_number: string>,
    `rv:Date` date, `rv:Ratings` struct<`rv:Rating`: array<struct<_kind: string, _VALUE: double>>>,
    `rv:GoalsMet` struct<_unit: string, _VALUE: double>, `rv:Comment` string, `rv:RecordedAt` timestamp"""
_RV, _HR = "{urn:meridian:reviews:2}", "{urn:meridian:hr}"
_WORDS = [
    "steady",
    "delivery",
    "missed",
    "deadline",
    "naïve",
    "R&amp;D",
    "5&gt;3",
    "mentor",
    "client",
    "José",
    "quarter",
]


def main() -> None:
    """Print how we compare as a whole, and how each of our parts does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reviews.xml"
        write_file(path, int(sys.argv[1]) if len(sys.argv) > 1 else _MEGABYTES)
        size, store = path.stat().st_size / 1e6, FolderStore(Path(folder))
        whole = partial(read_ours, path, store)
        compare("xml_lxml", partial(read_lxml, path), whole, size, "MB", equal=same_values)
        spark = make_session(Settings(home=Path(folder), cores=1))
        compare("xml_spark", partial(read_spark, spark, path), whole, size, "MB", equal=same_counts)
        spark.stop()
        FORMAT.print_parts(path, store)


def write_file(path: Path, megabytes: int) -> None:
    """An export of reviews: half of the comments in CDATA, ratings and goals that are absent now and then."""
    rng, size, number = random.Random(4), 0, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<rv:ReviewExport xmlns:rv="urn:meridian:reviews:2"')
        file.write(' xmlns:hr="urn:meridian:hr" exported="2016-01-15">\n')
        while size < megabytes << 20:
            number += 1
            size += file.write(_review(rng, number))
        file.write("</rv:ReviewExport>\n")


def _review(rng: random.Random, number: int) -> str:
    day = f"{rng.randrange(2014, 2024)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
    kinds = ["overall", *(kind for kind in ("teamwork", "delivery", "leadership") if rng.random() < 0.8)]
    ratings = "".join(f'<rv:Rating kind="{kind}">{rng.randrange(2, 11) / 2}</rv:Rating>' for kind in kinds)
    goals = f'\n    <rv:GoalsMet unit="percent">{rng.randrange(101)}</rv:GoalsMet>' if rng.random() < 0.9 else ""
    words = " ".join(rng.choices(_WORDS, k=rng.randrange(5, 45)))
    comment = f"<![CDATA[{words}]]>" if rng.random() < 0.5 else words
    return (
        f'  <rv:Review id="R{number:09d}" cycle="{day[:4]}">\n    <hr:Employee number="E{rng.randrange(10**5):07d}"/>\n'
        f'    <hr:Reviewer number="E{rng.randrange(10**5):07d}"/>\n    <rv:Date>{day}</rv:Date>\n'
        f"    <rv:Ratings>{ratings}</rv:Ratings>{goals}\n    <rv:Comment>{comment}</rv:Comment>\n"
        f"    <rv:RecordedAt>{day}T10:00:00Z</rv:RecordedAt>\n  </rv:Review>\n"
    )


def read_ours(path: Path, store: FolderStore) -> pa.Table:
    """Everything."""
    return pa.concat_tables(pa.table(parsed.columns) for parsed in FORMAT.read(path, store))


def read_lxml(path: Path) -> list[tuple[str | None, ...]]:
    """The same fields in the way that lxml's documentation shows."""
    rows = []
    for _, review in etree.iterparse(str(path), tag=f"{_RV}Review"):
        ratings = {item.get("kind"): item.text for item in review.iterfind(f"{_RV}Ratings/{_RV}Rating")}
        rows.append(
            (
                review.get("id"),
                review.get("cycle"),
                review.find(f"{_HR}Employee").get("number"),
                review.find(f"{_HR}Reviewer").get("number"),
                review.findtext(f"{_RV}Date"),
                ratings.get("overall"),
                ratings.get("teamwork"),
                review.findtext(f"{_RV}GoalsMet"),
                review.findtext(f"{_RV}Comment"),
                review.findtext(f"{_RV}RecordedAt"),
            )
        )
        review.clear()
        while review.getprevious() is not None:
            del review.getparent()[0]
    return rows


def read_spark(spark: SparkSession, path: Path) -> Callable[[], tuple[int, ...]]:
    """Read every column of the same file to nowhere; what is returned counts rows and comments, when asked."""
    frame = spark.read.format("xml").option("rowTag", "rv:Review").schema(_SCHEMA).load(str(path))
    frame.write.format("noop").mode("overwrite").save()
    goals, comment = "`rv:GoalsMet`._VALUE is not null", "`rv:Comment` is not null"
    return lambda: (frame.count(), frame.where(goals).count(), frame.where(comment).count())


def same_values(peer: list[tuple[str | None, ...]], ours: pa.Table) -> bool:
    """Whether every value of every record is the same."""
    return peer == list(zip(*(column.to_pylist() for column in ours.columns), strict=True))


def same_counts(peer: Callable[[], tuple[int, ...]], ours: pa.Table) -> bool:
    """Whether Spark saw as many records, goals and comments as we did."""
    values = [len(ours[name]) - ours[name].null_count for name in ("goals_met", "comment")]
    return peer() == (len(ours), *values)


if __name__ == "__main__":
    main()
