"""Values as a source writes them, and the typed value of each; None where it is of the wrong type."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pyspark.sql import SparkSession

from pipeline.contracts.model import Column, Form, LogicalType, Privacy
from pipeline.quality.types import typed

KEEP = Privacy("keep")


def column(kind: LogicalType, **words: Any) -> Column:
    return Column("x", kind, KEEP, **words)


def moment(text: str) -> datetime:
    """The same moment as collect() gives it: without a zone, in the machine's own."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone().replace(tzinfo=None)


DAY = date(2008, 12, 31)
TYPED: list[tuple[Column, dict[str, Any]]] = [
    (
        column("date", form=Form(date="dd.MM.yyyy")),
        {
            "31.12.2008": DAY,
            " 31.12.2008\n": DAY,
            "29.02.2008": date(2008, 2, 29),
            "29.02.2009": None,
            "31.04.2008": None,
            "00.01.2008": None,
            "01.13.2008": None,
            "1.12.2008": None,
            "31.12.08": None,
            "2008-12-31": None,
            "31/12/2008": None,
            "31.12.2008 00:00": None,
            "٣١.١٢.٢٠٠٨": None,
            "": None,
        },
    ),
    (column("date", form=Form(date="MM/dd/yyyy")), {"12/31/2008": DAY, "31/12/2008": None}),
    (column("date", form=Form(date="d/M/yyyy")), {"1/2/2008": date(2008, 2, 1), "01/02/2008": date(2008, 2, 1)}),
    (column("date", form=Form(date="yyyyMMdd")), {"20081231": DAY, "20081301": None, "2008123": None}),
    (
        column("timestamp", form=Form(date="dd.MM.yyyy HH:mm")),
        {
            "31.12.2008 23:59": moment("2008-12-31T23:59:00"),
            "31.12.2008 24:00": None,
            "31.12.2008 23:60": None,
            "31.02.2008 10:00": None,
            "31.12.2008": None,
        },
    ),
    (
        column("timestamp", form=Form(date="yyyy-MM-dd'T'HH:mm:ssXXX")),
        {
            "2008-12-31T12:00:00+05:30": moment("2008-12-31T06:30:00"),
            "2008-12-31T12:00:00Z": moment("2008-12-31T12:00:00"),
            "2008-12-31T12:00:00": None,
            "2008-12-31T12:00:00.5Z": None,
        },
    ),
    (
        column("number", form=Form(decimal=",")),
        {
            "1,5": 1.5,
            "-1,5e3": -1500.0,
            ",5": 0.5,
            "5": 5.0,
            " 5, ": 5.0,
            "1.5": None,
            "1.200,5": None,
            "1,2,5": None,
            ",": None,
        },
    ),
    (column("number"), {" 1.5\t": 1.5, "1 5": None, "1e999": None, "-" + "9" * 400: None, "1,5": None, " ": None}),
    (column("integer"), {"12\n": 12, "12.0": None}),
    (column("integer", on_mismatch="evolve"), {"12.0": 12, "12.": 12, "-3": -3, "12.5": None, "1e3": None, ".0": None}),
    (column("boolean"), {" true": True, "TRUE": None, "Y": None}),
    (
        column("boolean", form=Form(booleans={"J": True, "N": False, "0": False})),
        {"J": True, " N ": False, "0": False, "j": None, "true": None, "": None},
    ),
    (column("string"), {" as it is ": " as it is "}),
    (
        column("time"),
        {
            "00:00:00": "00:00:00",
            "23:59:59.999999": "23:59:59.999999",
            " 09:30:00\n": "09:30:00",
            "09:30:00.500": "09:30:00.5",
            "09:30:00.000": "09:30:00",
            "10:00:00": "10:00:00",
            "24:00:00": None,
            "09:60:00": None,
            "09:30": None,
            "9:30:00": None,
            "09:30:00.": None,
            "09:30:00.1234567": None,
            "09:30:00Z": None,
            "": None,
        },
    ),
    (column("string", missing_values=("N/A", "-")), {"N/A": None, "-": None, " N/A": " N/A", "n/a": "n/a", "": ""}),
    (column("integer", missing_values=("-1", "")), {"-1": None, " -1\t": None, "1": 1, "": None, " ": None}),
    (column("boolean", missing_values=("it's",)), {"it's": None, "true": True, "false": False, "truefalse": None}),
]


@pytest.mark.parametrize(("column", "expected"), TYPED)
def test_values_are_read_as_they_are_written(spark: SparkSession, column: Column, expected: dict[str, Any]) -> None:
    """A value of the form is taken, whatever blanks are around it; any other is of the wrong type, never guessed."""
    rows = (
        spark.createDataFrame([(text,) for text in expected], "x string").selectExpr(f"{typed(column)} AS x").collect()
    )
    assert dict(zip(expected, (row["x"] for row in rows), strict=True)) == expected


@pytest.mark.parametrize("kind", ["number", "integer", "boolean", "date", "timestamp", "time"])
@pytest.mark.parametrize("sign", ["1", " ", ".", "-"])
def test_a_hostile_text_is_read_once(spark: SparkSession, kind: LogicalType, sign: str) -> None:
    """A megabyte of one sign is no value; a form that tried every place of it would not end within a lifetime."""
    hostile = spark.createDataFrame([("1",)], "x string").selectExpr(f"repeat('{sign}', 1000000) || 'x' AS x")
    assert hostile.selectExpr(f"{typed(column(kind))} AS x").first() == (None,)
