"""Fused row checks, 40 rules: against one pass written by hand, one job a rule, and Great Expectations on Spark."""

import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.quality.checks import checked
from pipeline.quality.types import typed
from tests.benchmarks.apart import Apart
from tests.benchmarks.checks_case import COLUMNS, CONTRACT, COUNTRIES, DEPARTMENTS, make_session, written
from tests.benchmarks.harness import compare

_ROWS, _ROWS_OF_GREAT_EXPECTATIONS = 1_000_000, 200_000
_PINS = ("great-expectations==1.24.1", "pyspark==4.0.2")
_INTEGER, _NUMBER = r"^\s*[+-]?\d{1,18}\s*$", r"^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*$"
_DATE, _BOOLEAN = r"^\s*\d{4}-\d{2}-\d{2}\s*$", r"^\s*(true|false)\s*$"
_TIMESTAMP = r"^\s*\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})\s*$"
#: The casts as a careful engineer writes them: column, form, Spark's type.
_CASTS = (
    ("job_level", _INTEGER, "bigint"), ("age", _INTEGER, "bigint"), ("salary", _NUMBER, "double"),
    ("bonus", _NUMBER, "double"), ("hours", _NUMBER, "double"), ("hire_date", _DATE, "date"),
    ("exit_date", _DATE, "date"), ("updated_at", _TIMESTAMP, "timestamp"), ("remote", _BOOLEAN, "boolean"),
    ("rating", _INTEGER, "bigint"),
)  # fmt: skip
_REQUIRED = (
    "employee_id", "email", "country", "department", "job_level", "age", "hire_date", "updated_at", "remote",
)  # fmt: skip
#: Where each is true a row is broken.
_CONDITIONS = {
    **{f"{name}:type": f"text_{name} IS NOT NULL AND {name} IS NULL" for name, _, _ in _CASTS},
    **{f"{name}:required": f"text_{name} IS NULL" for name in _REQUIRED},
    "employee_id:pattern": "NOT rlike(employee_id, '^E[0-9]{7}$')",
    "email:pattern": "NOT rlike(email, '^[^@ ]+@[^@ ]+$')",
    "email:maxLength": "char_length(email) > 60",
    "country:validValues": f"country NOT IN {COUNTRIES}",
    "department:validValues": f"department NOT IN {DEPARTMENTS}",
    "job_level:minimum": "job_level < 1",
    "job_level:maximum": "job_level > 8",
    "age:minimum": "age < 16",
    "age:maximum": "age > 100",
    "salary:minimum": "salary < 0",
    "bonus:minimum": "bonus < 0",
    "hours:maximum": "hours > 60",
    "hours:multipleOf": "abs(hours / 0.5D - rint(hours / 0.5D)) > 1e-9D",
    "hire_date:minimum": "hire_date < DATE '1990-01-01'",
    "exit_date:minimum": "exit_date < DATE '2000-01-01'",
    "updated_at:minimum": "updated_at < TIMESTAMP '2000-01-01T00:00:00Z'",
    "manager_id:pattern": "NOT rlike(manager_id, '^E[0-9]{7}$')",
    "rating:minimum": "rating < 1",
    "rating:maximum": "rating > 5",
    "record:exit after hire": "exit_date < hire_date",
    "record:bonus of a salary": "NOT (bonus <= 0 OR salary > 0)",
}
#: The same in the words of Great Expectations, where it has them; the others are its queries for unexpected rows.
_EXPECTATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    **{f"{name}:required": ("ExpectColumnValuesToNotBeNull", {"column": f"text_{name}"}) for name in _REQUIRED},
    **{f"{name}:type": ("ExpectColumnValuesToMatchRegex", {"column": f"text_{name}", "regex": form})
       for name, form, _ in _CASTS},
    "employee_id:pattern": ("ExpectColumnValuesToMatchRegex", {"column": "employee_id", "regex": "^E[0-9]{7}$"}),
    "email:pattern": ("ExpectColumnValuesToMatchRegex", {"column": "email", "regex": "^[^@ ]+@[^@ ]+$"}),
    "email:maxLength": ("ExpectColumnValueLengthsToBeBetween", {"column": "email", "max_value": 60}),
    "manager_id:pattern": ("ExpectColumnValuesToMatchRegex", {"column": "manager_id", "regex": "^E[0-9]{7}$"}),
    "country:validValues": ("ExpectColumnValuesToBeInSet", {"column": "country", "value_set": COUNTRIES}),
    "department:validValues": ("ExpectColumnValuesToBeInSet", {"column": "department", "value_set": DEPARTMENTS}),
    **{f"{name}:minimum": ("ExpectColumnValuesToBeBetween", {"column": name, "min_value": least})
       for name, least in {"job_level": 1, "age": 16, "salary": 0, "bonus": 0, "rating": 1}.items()},
    **{f"{name}:maximum": ("ExpectColumnValuesToBeBetween", {"column": name, "max_value": most})
       for name, most in {"job_level": 8, "age": 100, "hours": 60, "rating": 5}.items()},
    "record:exit after hire": ("ExpectColumnPairValuesAToBeGreaterThanB", {
        "column_A": "exit_date", "column_B": "hire_date", "or_equal": True,
        "ignore_row_if": "either_value_is_missing"}),
}  # fmt: skip


def main() -> None:
    """Print each comparison: above 1 ours is faster."""
    spark = make_session()
    with tempfile.TemporaryDirectory() as name:
        source = written(spark, Path(name) / "staff", _ROWS)
        ours = partial(write, checked(source, CONTRACT))
        assert reasons_of(checked(source, CONTRACT)) == reasons_of(by_hand(source)), "reasons differ"
        compare("checks against a pass by hand", partial(write, by_hand(source)), ours, _ROWS, "rows")
        compare("checks against a job a rule", partial(job_a_rule, source), ours, _ROWS, "rows", pairs=3)
        few = Path(name) / "few"
        smaller = written(spark, few, _ROWS_OF_GREAT_EXPECTATIONS)
        with GreatExpectations(few) as peer:
            compare(
                "checks against Great Expectations",
                peer.counts,
                partial(counts, smaller),
                _ROWS_OF_GREAT_EXPECTATIONS,
                "rows",
                pairs=3,
                equal=dict.__eq__,
            )
    spark.stop()


def by_hand(source: DataFrame) -> DataFrame:
    """One pass. Reasons go through one text: `array_compact` is interpreted by Spark and takes half as long again."""
    frame = _with_casts(source)
    told = ", ".join(f"CASE WHEN {holds} THEN '{reason}' END" for reason, holds in _CONDITIONS.items())
    frame = frame.withColumn("told", F.expr(f"concat_ws('|', {told})"))
    reasons = F.expr("CASE WHEN told = '' THEN cast(array() AS array<string>) ELSE split(told, '[|]') END")
    names = [column.name for column in COLUMNS]
    return frame.withColumn("_reasons", reasons).select(*names, "_counts", "_reasons")


def _with_casts(source: DataFrame) -> DataFrame:
    texts = {f"text_{name}": F.col(name) for name in {*_REQUIRED, *(name for name, _, _ in _CASTS)}}
    casts = {name: F.when(F.col(name).rlike(form), F.col(name).try_cast(kind)) for name, form, kind in _CASTS}
    return source.withColumns(texts).withColumns(casts)


def job_a_rule(source: DataFrame) -> int:
    """For each rule its broken rows, and how many rows there are."""
    frame = _with_casts(source)
    rows = 0
    for holds in _CONDITIONS.values():
        write(frame.where(holds))
        rows += source.count()
    return rows


def write(frame: DataFrame) -> None:
    frame.write.format("noop").mode("overwrite").save()


def counts(source: DataFrame) -> dict[str, int]:
    """Broken rows by rule, in one pass."""
    found = dict.fromkeys(_CONDITIONS, 0)
    for reasons, rows in reasons_of(checked(source, CONTRACT)).items():
        for reason in reasons:
            found[reason] += rows
    return found


def reasons_of(frame: DataFrame) -> Counter[tuple[str, ...]]:
    """How many rows have which reasons, in no order, since by hand they are ordered by kind of rule."""
    grouped = frame.groupBy(F.sort_array("_reasons").alias("reasons")).count().collect()
    return Counter({tuple(row["reasons"]): row["count"] for row in grouped})


class GreatExpectations(Apart):
    """Great Expectations on Spark, with the same data, casts and rules."""

    def __init__(self, data: Path) -> None:
        casts = {f"text_{column.name}": column.name for column in COLUMNS}
        columns = [f"{name} AS {text}" for text, name in casts.items()]
        columns += [f"{typed(column)} AS {column.name}" for column in COLUMNS]
        rules = {name: _EXPECTATIONS.get(name, ("", {"where": holds})) for name, holds in _CONDITIONS.items()}
        super().__init__(_PINS, "great_expectations_suite.py", {"data": str(data), "columns": columns, "rules": rules})

    def counts(self) -> dict[str, int]:
        """Broken rows by rule."""
        found: dict[str, int] = self.ask({})
        return found


if __name__ == "__main__":
    main()
