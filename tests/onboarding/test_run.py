"""`clearwell new`, then a run: a published dataset out of each kind of file, without a line of code."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from pipeline.evidence.record import read_evidence
from pipeline.jobs.context import open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.preview import preview
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import STAGES, run_stage
from pipeline.onboarding.asked import Asked
from pipeline.onboarding.made import Wanted, make_dataset
from pipeline.settings import Settings

NOTE = "Talked to Vn{0} Nachn{0} about next year, mail vn{0}@firm.org or call +49 30 1234567 later today."
ROWS = [
    {
        "employee_id": f"E{n}",
        "vorname": f"Vn{n}",
        "nachname": f"Nachn{n}",
        "team": "ABC"[n % 3],
        "age": 21 + n % 40,
        "score": n / 8,
        "hired": f"20{10 + n % 9}-05-01",
        "left": n % 4 == 0,
        "note": NOTE.format(n),
    }
    for n in range(60)
]


def csv() -> bytes:
    lines = [";".join(ROWS[0]), *(";".join(str(value).replace(".", ",", 1) for value in row.values()) for row in ROWS)]
    return "\n".join(lines).replace(",org", ".org").encode()


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), sink)
    return sink.getvalue()


def xml() -> bytes:
    records = [
        f"<row id='{row['employee_id']}'>" + "".join(f"<{k}>{v}</{k}>" for k, v in row.items() if k != "employee_id")
        for row in ROWS
    ]
    return ("<rows>" + "</row>".join(records) + "</row></rows>").encode()


FILES: list[tuple[str, Callable[[], bytes]]] = [
    ("people.csv", csv),
    ("people.jsonl", lambda: "\n".join(map(json.dumps, ROWS)).encode()),
    ("people.parquet", parquet),
    ("people.xml", xml),
]


@pytest.mark.parametrize(("name", "content"), FILES, ids=[name.partition(".")[2] for name, _ in FILES])
def test_a_file_becomes_a_published_dataset(
    home: Path, spark: SparkSession, tmp_path: Path, name: str, content: Callable[[], bytes]
) -> None:
    """Every record is kept, no name or address of mail leaves, and preview shows what the run publishes."""
    (tmp_path / name).write_bytes(content())
    dataset = f"from_{name.partition('.')[2]}"
    settings = Settings(home=home, datasets=(tmp_path / "datasets",), connections=tmp_path / "connections.yaml")
    made = make_dataset(settings, Wanted(dataset, (str(tmp_path / name),), Asked(target="left")))
    assert made.proposal.entity == ("record" if name == "people.xml" else "employee")  # XML calls the key id
    assert [item.column for item in made.proposal.quasi] == ["age", "team"]
    [looked] = preview(settings, dataset, 5, spark=spark)
    assert (looked.records, looked.kept, looked.reasons) == (60, 60, {})
    assert "vorname" in looked.dropped
    workplace = open_workplace(settings, dataset)
    workplace.keys.create(workplace.dataset.name)
    day = workplace.dataset.spec.as_of
    extract_sources(workplace, day, ("people",))
    context = begin_run(workplace, day)
    for stage in STAGES:
        run_stage(context, stage)
    evidence = read_evidence(workplace.zones.evidence, dataset, context.run)
    assert evidence["refine"]["sources"]["people"]["kept"] == len(ROWS)
    assert evidence["assess"]["published_rows"] >= 0.95 * len(ROWS)
    version = evidence["publish"]["version"]
    published = workplace.zones.published.read(f"{dataset}/{version}/{dataset}.csv").decode()
    assert published.startswith(f"{made.proposal.entity}_pseudonym,snapshot_date,")
    assert "firm.org" not in published
    assert "Vn1" not in published
    assert "<PERSON>" in published
