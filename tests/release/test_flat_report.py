"""The report of a dataset that says less: no label, a label that is no boolean, no free text, very many columns."""

from copy import deepcopy
from typing import Any

from pipeline.release.report import render_report
from pipeline.release.sections.spread import MOST_PICTURES
from tests.release.test_report import Evidence, Page


def label(evidence: Evidence, **changed: Any) -> None:
    """Change the label; what has no positives has no base rate."""
    evidence["assemble"]["label"] |= changed
    if changed.get("positives", 0) is None:
        evidence["assess"] |= {"base_rate_before": None, "base_rate_after": None}
        for snapshot in evidence["assemble"]["snapshots"]:
            snapshot["positives"] = None


def test_no_label(evidence: Evidence) -> None:
    """Without a label the report says so, and nothing counts as not measured."""
    before = render_report(evidence).count("Not measured.")
    label(evidence, positives=None)
    evidence["assemble"]["label"] = None
    page = Page(render_report(evidence))
    assert "No label" in page.text("population")
    assert "Rows per snapshot: 2006-01-01" in page.text("population")
    assert "no label that is true or false" in page.text("privacy")
    assert render_report(evidence).count("Not measured.") == before


def test_a_label_that_is_a_number(evidence: Evidence) -> None:
    """Rows with and without a value are told; there is no rate to draw."""
    label(evidence, horizon_months=0, kind="number", positives=None, negatives=None, censored=120)
    text = Page(render_report(evidence)).text("population")
    assert "left_within_12_months is the label" in text
    assert "has a value 40,000" in text
    assert "missing 120" in text
    assert "is true for" not in text


def test_a_boolean_of_the_same_row(evidence: Evidence) -> None:
    """A rate without months; a label that is missing is not one that is yet to come."""
    label(evidence, horizon_months=0)
    text = Page(render_report(evidence)).text("population")
    assert "Share of rows whose label is true." in text
    assert "missing" in text
    assert "not known yet" not in text


def test_no_free_text(evidence: Evidence) -> None:
    """Where there is no text to redact no recall is asked for, and none is missing."""
    evidence["assess"]["recall"] = []
    page = Page(render_report(evidence))
    assert "no column holds free text" in page.text("hero")
    assert "No column holds free text" in page.text("privacy")
    assert "Not measured: recall" not in page.text("hero")


def test_very_many_columns(evidence: Evidence) -> None:
    """Only the first columns and the label are drawn, and the page says how many are not."""
    drawn = evidence["publish"]["distributions"]
    last = next(item for item in drawn if item["column"] == "left_within_12_months")
    others = [item for item in drawn if item is not last]
    copies = [{**deepcopy(others[number % len(others)]), "column": f"x{number}"} for number in range(500)]
    evidence["publish"]["distributions"] = [*copies, last]
    html = render_report(evidence)
    text = Page(html).text("values")
    assert f"{501 - MOST_PICTURES} further columns have no picture here" in text
    assert "left_within_12_months" in text
    assert "x46" in text
    assert "x47" not in text
    assert len(html) < 400_000
