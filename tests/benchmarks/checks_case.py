"""What the benchmarks of row checks work on: texts of staff, one value in 1,500 broken, and a contract of 40 rules."""

from pathlib import Path

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Contract, LogicalType, Privacy, RowRule

_KEEP = Privacy("keep")
_BROKEN = 1_500  # of 15 columns: one row in a hundred


def _column(name: str, kind: LogicalType = "string", *, required: bool = False, **words: object) -> Column:
    valid = words.pop("valid", ())
    return Column(name, kind, _KEEP, required, words, valid_values=valid)  # type: ignore[arg-type]


COUNTRIES, DEPARTMENTS = ("DE", "FR", "IN", "US", "GB", "BR"), ("Sales", "Engineering", "Support", "Finance")
COLUMNS = (
    _column("employee_id", required=True, pattern="^E[0-9]{7}$"),
    _column("email", required=True, pattern="^[^@ ]+@[^@ ]+$", maxLength=60),
    _column("country", required=True, valid=COUNTRIES),
    _column("department", required=True, valid=DEPARTMENTS),
    _column("job_level", "integer", required=True, minimum=1, maximum=8),
    _column("age", "integer", required=True, minimum=16, maximum=100),
    _column("salary", "number", minimum=0),
    _column("bonus", "number", minimum=0),
    _column("hours", "number", maximum=60, multipleOf=0.5),
    _column("hire_date", "date", required=True, minimum="1990-01-01"),
    _column("exit_date", "date", minimum="2000-01-01"),
    _column("updated_at", "timestamp", required=True, minimum="2000-01-01T00:00:00Z"),
    _column("remote", "boolean", required=True),
    _column("manager_id", pattern="^E[0-9]{7}$"),
    _column("rating", "integer", minimum=1, maximum=5),
)
ROW_RULES = (
    RowRule("exit after hire", "exit_date >= hire_date"),
    RowRule("bonus of a salary", "bonus <= 0 OR salary > 0"),
)
CONTRACT = Contract("staff", "staff", "1", COLUMNS, ("employee_id",), None, None, None, ROW_RULES, (), "")
#: In the order of the columns: each breaks one rule or another.
_WRONG = (
    "X1", "nobody", "XX", "Nowhere", "x", "12", "-5", "n/a", "101", "01/02/2003", "1999-01-01", "then", "maybe", "boss",
    "9",
)  # fmt: skip


def make_session(memory: str = "4g", java: str = "") -> SparkSession:
    """Two cores, the optimising compiler, and our limit for generated methods (pipeline/spark.py)."""
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    options = {
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.driver.memory": memory,
        "spark.driver.extraJavaOptions": java,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.codegen.hugeMethodLimit": "8000",
    }
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def staff(spark: SparkSession, rows: int) -> DataFrame:
    """As `read_landed` gives it. The same rows whatever the number of cores."""
    frame = spark.range(rows)
    made = zip(COLUMNS, _texts(), _WRONG, strict=True)
    columns = [
        F.when(_random(100 + at, _BROKEN) == 0, wrong).otherwise(text).alias(column.name)
        for at, (column, text, wrong) in enumerate(made)
    ]
    return frame.select(
        *columns,
        F.lit(None).cast("string").alias("_reason"),
        F.array().cast("array<string>").alias("_wrong_types"),
        F.expr("false").alias("_stranger"),
        F.create_map().cast("map<string,bigint>").alias("_counts"),
    )


def written(spark: SparkSession, folder: Path, rows: int) -> DataFrame:
    """The same out of Parquet."""
    staff(spark, rows).write.mode("overwrite").parquet(str(folder))
    return spark.read.parquet(str(folder))


def _random(salt: int, below: int) -> Expression:
    return F.pmod(F.xxhash64("id", F.lit(salt)), F.lit(below))


def _one_of(values: tuple[str, ...], salt: int) -> Expression:
    return F.element_at(F.array(*map(F.lit, values)), (_random(salt, len(values)) + 1).cast("int"))


def _day(first: str, salt: int, days: int) -> Expression:
    return F.date_add(F.lit(first).cast("date"), _random(salt, days).cast("int")).cast("string")


def _texts() -> list[Expression]:
    return [
        F.format_string("E%07d", _random(1, 10**7)),
        F.concat(F.lit("p"), _random(2, 10**6).cast("string"), F.lit("@example.org")),
        _one_of(COUNTRIES, 3),
        _one_of(DEPARTMENTS, 4),
        (_random(5, 8) + 1).cast("string"),
        (_random(6, 45) + 18).cast("string"),
        F.format_string("%.2f", _random(7, 15_000_000) / 100 + 20_000),
        F.format_string("%.1f", _random(8, 1_000) / 10),
        F.format_string("%.1f", _random(9, 80) / 2),
        _day("2000-01-01", 10, 7_000),
        F.when(_random(11, 4) == 0, _day("2020-01-01", 12, 1_500)),
        F.concat(_day("2010-01-01", 13, 5_000), F.lit("T10:11:12Z")),
        F.when(_random(14, 2) == 0, "true").otherwise("false"),
        F.when(_random(15, 10) > 0, F.format_string("E%07d", _random(16, 10**7))),
        (_random(17, 5) + 1).cast("string"),
    ]
