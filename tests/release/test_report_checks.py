"""The report's pictures of rules, drift and earlier runs: what evidence says, in order, folded where there is much."""

import re
from typing import Any

import pytest

from pipeline.release.report import render_report
from pipeline.release.sections.drift import drift
from pipeline.release.sections.gates import gates
from pipeline.release.sections.history import history
from pipeline.release.sections.rules import rules
from tests.release.evidence.earlier import anomalies_evidence, drift_evidence
from tests.release.evidence.rules import wide_rules

Evidence = dict[str, dict[str, Any]]


def section(evidence: Evidence, name: str) -> str:
    """The words of one section, tags left out but their labels and titles kept."""
    html = render_report(evidence)
    found = re.search(rf'<section id="{name}".*?</section>', html, re.DOTALL)
    assert found
    words = re.sub(r'<[^>]*?(?:title|aria-label)="([^"]*)"[^>]*>', r" \1 ", found[0])
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>|[\u202f\u00a0]", " ", words)).replace("&#34;", '"')


def rule(column: str, rows: int = 0, severity: str = "error", name: str = "minimum") -> dict[str, Any]:
    return {"column": column, "rule": name, "scope": "row", "severity": severity, "rows": rows}


def test_every_rule_has_a_tile_under_its_column(evidence: Evidence) -> None:
    """Tiles stand in the contract's order, rules that no row broke too, and tell their count."""
    evidence["validate"]["rules"] = {"pay": [rule("b", 7), rule("a"), rule("b", 3, "warning", "odd"), rule("c", 1)]}
    [strip] = rules(evidence).strips
    found = [(group.column, [(tile.kind, tile.text) for tile in group.tiles]) for group in strip.groups]
    assert found == [
        ("b", [("broken", "b: minimum 7\u00a0rows"), ("warned", "b: odd 3\u00a0rows")]),
        ("a", [("quiet", "a: minimum, no row")]),
        ("c", [("broken", "c: minimum 1\u00a0row")]),
    ]
    depths = [tile.depth for group in strip.groups for tile in group.tiles]
    assert depths[0] == 100 > depths[1] > depths[3] > depths[2] == 0


def test_the_worst_rules_come_with_their_command(evidence: Evidence) -> None:
    """Rejections come before warnings, most rows first; the command shows the rows, and a warning has none."""
    evidence["validate"]["rules"] = {
        "reviews": [rule("a", 3), rule("b", 9_000, "warning"), rule("c")],
        "legacy_leave": [rule("record", 1_219, name="csv.fields")],
    }
    worst = rules(evidence).worst
    assert [(item.source, item.name, item.warned) for item in worst] == [
        ("legacy_leave", "record:csv.fields", False),
        ("reviews", "a:minimum", False),
        ("reviews", "b:minimum", True),
    ]
    assert worst[0].command == (
        'clearwell quarantine show attrition legacy_leave --rule "record:csv.fields" --run 9f31c2a07be4d815'
    )
    assert (worst[0].part, worst[2].command) == ("1.0\u202f%", "")
    assert "a warning: the rows were kept" in section(evidence, "rules")


def test_a_run_without_a_broken_rule_shows_no_worst(evidence: Evidence) -> None:
    """Where nothing is broken the strip is quiet, and there is no list of the worst."""
    evidence["validate"]["rules"] = {"pay": [rule("a")], "empty": []}
    words = section(evidence, "rules")
    assert "1 rule, none broken" in words
    assert "Broken most" not in words
    assert "empty" not in words


@pytest.mark.parametrize(("columns", "tiles", "hidden"), [(150, 600, ""), (151, 151, ""), (700, 600, "100 columns")])
def test_many_rules_are_folded(evidence: Evidence, columns: int, tiles: int, hidden: str) -> None:
    """Above the page's tiles one stands for a column, and of very many columns all that are broken are drawn."""
    evidence["validate"]["rules"] = {"wide": wide_rules(columns)}
    [strip] = rules(evidence).strips
    drawn = [tile for group in strip.groups for tile in group.tiles]
    assert len(drawn) == tiles
    assert sum(tile.kind == "broken" for tile in drawn) == len([at for at in range(columns) if at % 41 == 3])
    assert strip.hidden.replace("\u00a0", " ").startswith(f"and {hidden} more, none" if hidden else "")
    assert bool(strip.hidden) == bool(hidden)


def test_a_wide_dataset_still_makes_a_small_page(evidence: Evidence) -> None:
    """2,000 rules, 500 columns of drift and 1,500 measures stay below 400 kB."""
    evidence["validate"]["rules"] = {"wide": wide_rules(500)}
    evidence["validate"]["drift"] = drift_evidence(500)
    evidence["validate"]["anomalies"]["measures"] *= 46
    html = render_report(evidence)
    assert len(html.encode()) < 400_000
    assert html.count('<path class="then"') == 24
    assert "2,000\u00a0rules, 13 broken" in html


def test_drift_is_ordered_by_its_limit(evidence: Evidence) -> None:
    """The column farthest beyond either of its limits comes first, whatever its distance alone."""
    near, far, loose = drift_evidence(3)["columns"]
    near |= {"column": "near", "psi": 0.19, "psi_limit": 0.2, "js": 0.0}
    far |= {"column": "far", "psi": 0.0, "js": 0.05, "js_limit": 0.01}
    loose |= {"column": "loose", "psi": 0.5, "psi_limit": 2.0, "js": 0.0}
    evidence["validate"]["drift"]["columns"] = [near, far, loose]
    found = drift(evidence).drawn
    assert [item.column for item in found] == ["far", "near", "loose"]
    assert [[measure.over for measure in item.measures] for item in found] == [[False, True], [False] * 2, [False] * 2]
    assert [found[1].measures[0].width, found[0].measures[1].width] == [47.5, 100]


def test_the_outline_is_the_baseline(evidence: Evidence) -> None:
    """Bars are this run, the outline is the baseline, both against the fullest bin of the two."""
    [column] = drift_evidence(1)["columns"]
    column["bins"] = [["low", 0.2, 0.4], ["high", 0.8, 0.6]]
    evidence["validate"]["drift"]["columns"] = [column]
    [found] = drift(evidence).drawn
    assert found.outline == "M0 100V75.0H50.00V0.0H100.00V100"
    assert [(bar.height, bar.text) for bar in found.bars] == [
        (50.0, "low: 20.0\u202f% → 40.0\u202f%"),
        (75.0, "high: 80.0\u202f% → 60.0\u202f%"),
    ]
    assert found.change == "low: 20.0\u202f% → 40.0\u202f%"


@pytest.mark.parametrize(("columns", "drawn", "told", "left"), [(24, 24, 0, 0), (25, 24, 1, 0), (330, 24, 300, 6)])
def test_columns_beyond_the_first_are_told(evidence: Evidence, columns: int, drawn: int, told: int, left: int) -> None:
    """24 columns are drawn, others are told in figures, and what is left is counted."""
    evidence["validate"]["drift"] = drift_evidence(columns)
    found = drift(evidence)
    assert (len(found.drawn), len(found.told), found.left) == (drawn, told, left)


def test_without_a_baseline_the_command_that_pins_one(evidence: Evidence) -> None:
    """Nothing is drawn, and one sentence says how to get there."""
    evidence["validate"]["drift"] = {"baseline": None, "columns": []}
    words = section(evidence, "earlier")
    assert "No baseline." in words
    assert "clearwell baseline pin attrition" in words
    assert "PSI" not in words


def test_a_column_without_bins_is_not_drawn(evidence: Evidence) -> None:
    """A column of which nothing can be drawn says so, and keeps its figures."""
    evidence["validate"]["drift"]["columns"] = [{**drift_evidence(1)["columns"][0], "bins": []}]
    assert "Too few values to draw. PSI" in section(evidence, "earlier")


def test_rows_without_a_value_are_no_end_of_the_axis(evidence: Evidence) -> None:
    """The bin of no value stands beside the others in a colour of its own."""
    [column] = drift_evidence(1)["columns"]
    column["bins"] = [["[0, 1)", 0.5, 0.4], ["[1, 2)", 0.5, 0.4], ["no value", 0.0, 0.2]]
    evidence["validate"]["drift"]["columns"] = [column, {**column, "kind": "category"}]
    number, category = drift(evidence).drawn
    assert (number.low, number.high, category.low) == ("[0, 1)", "[1, 2)", "")
    assert [bar.empty for bar in number.bars] == [False, False, True]
    assert number.change.startswith("no value: 0")


def test_columns_on_one_side_only_are_named(evidence: Evidence) -> None:
    """What can't be compared is said, up to a dozen by name; texts are compared by length and by language."""
    sides = [{"source": "pay", "column": f"c{at}", "in": "run" if at else "baseline"} for at in range(14)]
    text = drift_evidence(1)["columns"][0] | {"column": "note"}
    evidence["validate"]["drift"] |= {"unmatched": sides}
    evidence["validate"]["drift"]["columns"] = [{**text, "kind": kind} for kind in ("text", "language")]
    words = section(evidence, "earlier")
    assert "Not compared: pay.c0 (in the baseline only), pay.c1 (in this run only)" in words
    assert "pay.c11 (in this run only), 2 more." in words
    assert "length of texts" in words
    assert "language of texts" in words


def measure(**words: Any) -> dict[str, Any]:
    made = {"source": "pay", "column": None, "measure": "rows", "value": 15.0, "low": 10.0, "high": 20.0}
    return {**made, "verdict": "pass", "history": [["2020-12-31", 5.0], ["2021-12-31", 25.0]], **words}


def test_a_spark_holds_line_band_and_dot(evidence: Evidence) -> None:
    """Places go from the top; the band lies where the newest value was expected."""
    evidence["validate"]["anomalies"] = {"runs": 5, "needed": 5, "measures": [measure()]}
    [spark] = history(evidence).drawn
    assert (spark.line, spark.at, spark.band) == ("0.00,90.0 47.00,10.0 94.0,50.0", 50.0, (30.0, 40.0))
    assert (spark.what, spark.note, spark.value, spark.expected) == ("pay", "rows", "15", "10 to 20")
    assert "5 to 25 in 2 runs as of 2020-12-31 to 2021-12-31" in section(evidence, "earlier")


def test_what_stands_out_comes_first(evidence: Evidence) -> None:
    """Failures, then warnings, then what lies nearest to its bounds."""
    evidence["validate"]["anomalies"] = {
        "runs": 9,
        "needed": 5,
        "measures": [
            measure(source="calm"),
            measure(source="edge", value=19.0),
            measure(source="odd", value=30.0, verdict="warn"),
            measure(source="bad", value=-3.0, verdict="fail"),
        ],
    }
    assert [spark.what for spark in history(evidence).drawn] == ["bad", "odd", "edge", "calm"]


@pytest.mark.parametrize(
    ("runs", "words", "drawn"),
    [
        (0, "No earlier run of 5 needed: 5 more published runs of other as-of dates", 0),
        (1, "1 earlier run of 5 needed: 4 more published runs", 3),
        (4, "4 earlier runs of 5 needed: 1 more published run of", 3),
        (5, "", 24),
    ],
)
def test_a_young_history_is_not_judged(evidence: Evidence, runs: int, words: str, drawn: int) -> None:
    """It says how many runs are missing, and only numbers of rows are drawn by then."""
    evidence["validate"]["anomalies"] = anomalies_evidence(runs)
    assert words in section(evidence, "earlier")
    found = history(evidence)
    assert len(found.drawn) == drawn
    assert len(found.drawn) + len(found.told) == 33


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_a_history_in_which_nothing_moves(evidence: Evidence, value: float) -> None:
    """A flat line lies in the middle; nothing is divided by nothing."""
    still = measure(measure="nulls", value=value, low=value, high=value, history=[["2020-12-31", value]])
    evidence["validate"]["anomalies"] = {"runs": 5, "needed": 5, "measures": [still, measure(history=[])]}
    found = {spark.note: spark for spark in history(evidence).drawn}
    assert (found["without a value"].at, found["without a value"].band) == (50.0, (50.0, 0.0))
    assert (found["rows"].line, found["rows"].earlier) == ("", "no earlier run")


@pytest.mark.parametrize("part", ["rules", "drift", "anomalies"])
def test_a_part_that_is_missing_is_named(evidence: Evidence, part: str) -> None:
    """Evidence of an older run lacks these parts: the page says so and stands."""
    del evidence["validate"][part]
    words = section(evidence, "rules") + section(evidence, "earlier")
    assert f"Not measured. The evidence of validate has no {part}." in words


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ("nullValues", "rows without a value"),
        ("invalidValues", "invalid values"),
        ("duplicateValues", "duplicate values"),
        ("brokenRows", "rows that break a rule"),
        ("sql", "what a query counts"),
    ],
)
def test_gates_name_what_they_count(evidence: Evidence, metric: str, words: str) -> None:
    """Every metric of a contract has its words."""
    evidence["validate"]["gates"][0]["metric"] = metric
    assert words in [gate.metric for gate in gates(evidence).gates]
