"""Formats of strings: examples of the standards that they name, and texts that are nearly of the form."""

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from pipeline.quality.string_formats import STRING_FORMATS

EXAMPLES: dict[str, tuple[list[str], list[str]]] = {
    "email": (
        ["a@b", "first.last+tag@sub.example.org", "o'hara@example.org", "x" * 64 + "@example.org"],
        ["", "a", "@b", "a@", "a@b@c", ".a@b", "a..b@c", "a b@c", "a@-b", "a@b\n", "x" * 65 + "@example.org"],
    ),
    "uuid": (
        ["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"],
        ["123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400", "g" + "1" * 35],
    ),
    "uri": (
        ["https://example.org/a?b=c#d", "urn:isbn:0451450523", "mailto:a@b", "s3://x/%20"],
        ["", "example.org", "//example.org", "1a:b", "http://a b", "http://a/%2", "http:"],
    ),
    "hostname": (
        ["a", "example.org", "xn--bcher-kva.example", "1.2", "a" * 63],
        ["", ".", "a.", "a..b", "-a", "a-", "a_b", "a" * 64, ".".join(["a" * 60] * 5)],
    ),
    "ipv4": (["0.0.0.0", "255.255.255.255", "192.168.1.1"], ["256.1.1.1", "1.1.1", "1.1.1.1.1", "01.1.1.1", "1.1.1."]),
    "ipv6": (
        ["::", "::1", "1::", "fe80::1", "2001:db8:0:0:0:0:2:1", "2001:DB8::2:1", "1:2:3:4:5:6:7::", "::ffff:192.0.2.1"],
        ["", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7:8::"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_format_holds_its_examples_and_no_other_text(spark: SparkSession, name: str) -> None:
    """What a standard shows is taken; what differs by a sign is not."""
    good, bad = EXAMPLES[name]
    rows = spark.createDataFrame([(text,) for text in good + bad], "x string")
    found = [row[0] for row in rows.select(F.col("x").rlike(STRING_FORMATS[name])).collect()]
    assert found == [True] * len(good) + [False] * len(bad)


def test_every_format_has_examples() -> None:
    """A format that is added is tested."""
    assert EXAMPLES.keys() == STRING_FORMATS.keys()
