"""Conditions as bits: the names that come back are those of the true conditions, however many there are."""

import pytest
from pyspark.sql import SparkSession

from pipeline.quality.bits import Bits, Named


@pytest.mark.parametrize("conditions", [0, 1, 62, 63, 64, 126, 127, 200])
def test_names_of_true_conditions_come_back_in_order(spark: SparkSession, conditions: int) -> None:
    """At the edges of a word too; false and null conditions have no name."""
    bits = Bits("w", [Named(f"c{at}", f"x % {at + 2} = 0") for at in range(conditions)])
    words = [f"{text} AS {word}" for word, text in bits.columns().items()]
    values = [0, 1, 6, 64, 5040, None]
    rows = spark.createDataFrame([(value,) for value in values], "x long").selectExpr("x", *words)
    found = [tuple(row) for row in rows.selectExpr(bits.names(), bits.none()).collect()]
    true = [[f"c{at}" for at in range(conditions) if x is not None and x % (at + 2) == 0] for x in values]
    assert found == [(names, not names) for names in true]


def test_a_name_is_any_text(spark: SparkSession) -> None:
    """Quotes, backslashes and what looks like a setting of Spark are no part of the SQL around them."""
    name = r"it's \a ${spark.app.name} \\ \u0041"
    bits = Bits("w", [Named(name, "true")])
    row = spark.range(1).selectExpr(f"{bits.columns()['w0']} AS w0").selectExpr(bits.names()).first()
    assert row is not None
    assert row[0] == [name]
