"""The report shows what evidence says and nothing else, by itself, to everybody."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from pipeline.release.report import render_report

Evidence = dict[str, dict[str, Any]]
SECTIONS = ("funnel", "accounts", "population", "gates", "privacy", "values", "features", "timings", "identity")

COST = ["refine", "sources", "hrms_employees", "utility", "columns", "employees_6"]


class Page(HTMLParser):
    """The text and the attributes of each section of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: dict[str, list[str]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.append((tag, known))
        if tag in ("section", "header", "footer"):
            self.open.append(known.get("id") or known.get("class") or tag)
        self.words.setdefault(self.where, []).extend(known.get(name) or "" for name in ("aria-label", "title"))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("section", "header", "footer"):
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.setdefault(self.where, []).append(data)

    @property
    def where(self) -> str:
        return self.open[-1] if self.open else "page"

    def text(self, section: str) -> str:
        found = [words for name, words in self.words.items() if name.startswith(section)]
        joined = " ".join(word for words in found for word in words)
        return re.sub(r"\s+", " ", re.sub(r"[\u202f\u00a0]", " ", joined))


def set_at(document: Any, path: list[str | int], value: Any) -> None:
    for part in path[:-1]:
        document = document[part]
    document[path[-1]] = value


@pytest.mark.parametrize(
    ("section", "path", "value", "shown"),
    [
        ("hero", ["publish", "rows"], 31_337, "31,337"),
        ("hero", ["assess", "published_entities"], 4_111, "4,111"),
        ("hero", ["assess", "k"], 23, "23"),
        ("hero", ["assess", "recall", 4, "lower_bound"], 0.8123, "81.2 %"),
        ("hero", ["extract", "sources", "legacy_leave", "bytes"], 914_001_777, "999 MB"),
        ("hero", ["run", "title"], "Who stays", "Who stays"),
        ("funnel", ["extract", "sources", "hrms_exits", "framed"], 103_480, "427,260"),
        ("funnel", ["refine", "sources", "hrms_exits", "kept"], 3_469, "322,589"),
        ("funnel", ["assemble", "rows"], 41_234, "41,234"),
        ("funnel", ["publish", "files", 0, "bytes"], 7_770_000, "7.77 MB"),
        ("accounts", ["assemble", "sources", "hrms_exits", "merged"], 29, "merged 29"),
        ("accounts", ["refine", "sources", "legacy_leave", "reasons", 0, "rows"], 1_777, "1,777"),
        ("accounts", ["extract", "sources", "hrms_exits", "framed"], 103_480, "103,480 24.2 %"),
        ("accounts", ["extract", "sources", "hrms_exits", "bytes"], 91_204_118, "91.2 MB 48.3 %"),
        ("accounts", ["extract", "sources", "hrms_exits", "kind"], "sql", "PostgreSQL"),
        ("accounts", ["refine", "sources", "hrms_exits", "discarded"], {"reason": 1_717}, "1,717 records"),
        ("accounts", ["validate", "sources", "legacy_leave", "reasons", 0, "rule"], "reconciles", "reconciles"),
        ("population", ["assemble", "snapshots", 3, "rows"], 1_987, "2009-01-01: 1,987 rows"),
        ("population", ["assemble", "snapshots", 0, "positives"], 500, "2006-01-01: 50.0 %"),
        ("population", ["assemble", "label", "positives"], 4_444, "4,444"),
        ("gates", ["validate", "gates", 1, "value"], 1.23, "1.23 %"),
        ("gates", ["validate", "gates", 1, "threshold"], 9, "must be less than 9 %"),
        ("privacy", ["assess", "l"], 6, "l is 6, required 2"),
        ("privacy", ["assess", "withheld_rows"], 2_222, "2,222"),
        ("privacy", ["assess", "classes"], 3_333, "3,333 groups"),
        ("privacy", ["assess", "withheld_classes"], 987, "987"),
        ("privacy", ["assess", "smallest_classes", 0, "entities"], 17, "17 entities"),
        ("privacy", ["assess", "l_by_column", "left_within_12_months"], 4, "at least 4 values"),
        ("privacy", ["assess", "rare_histories"], 0.5678, "56.8 %"),
        ("privacy", ["assess", "pseudonyms"], "per_snapshot", "can't be joined by it"),
        ("privacy", ["assess", "spreads", 0, "before", 1, "rows"], 25_120, "50.0 %"),
        ("privacy", ["assess", "spreads", 0, "after", 0, "rows"], 42_000, "75.0 %"),
        ("privacy", ["assess", "base_rate_before"], 0.1234, "12.3 %"),
        ("privacy", ["assess", "recall", 0, "recall"], 0.877, "87.7 %"),
        ("privacy", ["assess", "recall", 3, "lower_bound"], 0.9911, "≥ 99.1 %"),
        ("privacy", ["assess", "recall_names", 1, "recall"], 0.913, "91.3 %"),
        ("privacy", ["assess", "recall_without_roster", 0, "recall"], 0.747, "74.7 %"),
        ("privacy", ["assess", "recall_without_roster", 1, "recall"], 0.717, "by the name model alone: 71.7 %"),
        ("privacy", ["assess", "precision", "lower_bound"], 0.8833, "88.3 %"),
        ("privacy", ["assess", "precision_by_type", 3, "precision"], 0.655, "65.5 %"),
        ("privacy", ["refine", "sources", "hrms_exits", "masked", "PERSON"], 777, "777"),
        ("privacy", [*COST, "distinct", 1], 777, "1.17 k → 777"),
        ("privacy", [*COST, "missing", 1], 4_000, "missing 2.0 % → 48.9 %"),
        ("privacy", [*COST, "variance_kept"], 0.777, "77.7 % of the variance kept"),
        ("privacy", ["publish", "leak_scan", "canaries"], 57, "57"),
        ("values", ["publish", "distributions", 3, "bins", 0, "count"], 20_000, "20,000"),
        ("values", ["publish", "distributions", 3, "missing"], 3_841, "10.0 % missing"),
        ("features", ["assemble", "features", 0, "description"], "Years of service.", "Years of service."),
        ("timings", ["refine", "seconds"], 99.9, "1 min 40 s"),
        ("timings", ["assess", "peak_rss_bytes"], 3_210_000_000, "3.21 GB"),
        ("identity", ["publish", "files", 0, "sha256"], "feed" * 16, "feed" * 16),
        ("identity", ["run", "inputs", "hrms_exits", "records"], 3_481, "3,481 records"),
    ],
)
def test_one_changed_number_shows(evidence: Evidence, section: str, path: list[str | int], value, shown: str) -> None:
    """A figure that is changed in evidence changes its section and appears there."""
    before = Page(render_report(evidence)).text(section)
    set_at(evidence, path, value)
    after = Page(render_report(evidence)).text(section)
    assert after.count(shown) > before.count(shown)


def test_the_report_is_one_file_that_asks_for_nothing(evidence: Evidence) -> None:
    """No script, no link, no image, no address: it can be opened anywhere, offline."""
    html = render_report(evidence)
    tags = Page(html).tags
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in tags}
    assert not [known for _, known in tags if "src" in known]
    assert all((known["href"] or "").startswith("#") for _, known in tags if "href" in known)
    assert not re.search(r"https?:|//[a-z]|url\(|@import", html)
    assert len(html.encode()) < 600_000


def test_equal_evidence_gives_an_equal_report(evidence: Evidence) -> None:
    """Nothing but evidence flows in: two renderings agree byte by byte."""
    assert render_report(evidence) == render_report(evidence)


def test_hostile_strings_stay_text(evidence: Evidence) -> None:
    """Names that look like markup, put everywhere a string can be, open no tag and leave no attribute."""
    hostile = "\"><script>alert(1)</script>'{{ 7*7 }}"

    def poison(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: value if name in FIXED else poison(value) for name, value in part.items()}
        if isinstance(part, list):
            return [poison(item) for item in part]
        return hostile if isinstance(part, str) else part

    poisoned = {stage: poison(document) for stage, document in evidence.items()}
    poisoned["refine"]["sources"][hostile] = poisoned["refine"]["sources"].pop("hrms_exits")
    html = render_report(poisoned)
    assert hostile not in html
    assert "script" not in {tag for tag, _ in Page(html).tags}
    assert not [known for _, known in Page(html).tags if any("alert" in name for name in known)]
    assert "{{ 7*7 }}" in html


FIXED = {"verdict", "operator", "kind", "date", "as_of", "severity", "unit"}


def test_nothing_known_is_said_and_not_made_up() -> None:
    """Without evidence every section says that it was not measured, and no figure is shown."""
    page = Page(render_report({}))
    for section in SECTIONS:
        assert "Not measured." in page.text(section), section
    assert not re.search(r"[1-9]\d", "".join(page.text(section) for section in SECTIONS))
    assert "Nothing of this run was published." in page.text("hero")


@pytest.mark.parametrize(
    ("stage", "sections"),
    [
        ("run", ["identity"]),
        ("extract", ["accounts"]),
        ("refine", ["accounts", "privacy"]),
        ("validate", ["gates"]),
        ("assemble", ["population", "features"]),
        ("assess", ["privacy"]),
        ("publish", ["values", "privacy"]),
    ],
)
def test_a_missing_document_is_named_where_it_is_missed(evidence: Evidence, stage: str, sections: list[str]) -> None:
    """Each section that needs a stage's document says that the stage left none; the others stand."""
    del evidence[stage]
    page = Page(render_report(evidence))
    for section in SECTIONS:
        assert (f"he stage {stage} left no evidence" in page.text(section)) == (section in sections), section


@pytest.mark.parametrize("stage", ["run", "extract", "refine", "validate", "assemble", "assess", "publish"])
def test_an_empty_document_breaks_nothing(evidence: Evidence, stage: str) -> None:
    """A document without its parts is as good as none."""
    evidence[stage] = {}
    assert "Not measured." in render_report(evidence)


@pytest.mark.parametrize(
    ("stage", "part"),
    [
        ("assess", "recall"),
        ("assess", "k"),
        ("assess", "quasi_identifiers"),
        ("assess", "base_rate_before"),
        ("publish", "leak_scan"),
        ("publish", "distributions"),
        ("validate", "gates"),
        ("assemble", "label"),
    ],
)
def test_a_missing_part_is_named(evidence: Evidence, stage: str, part: str) -> None:
    """A document that lacks one part says which, and the rest of the page stands."""
    del evidence[stage][part]
    text = Page(render_report(evidence))
    assert f"he evidence of {stage} has no {part}" in " ".join(text.text(section) for section in SECTIONS)
    assert "attrition.csv" in text.text("identity")


def passed(evidence: Evidence) -> None:
    found = evidence["validate"]
    for item in (*found["gates"], *found["drift"]["columns"], *found["anomalies"]["measures"]):
        item["verdict"] = "pass"


def warned(evidence: Evidence) -> None:
    passed(evidence)
    evidence["validate"]["gates"][0]["verdict"] = "warn"


def failed(evidence: Evidence) -> None:
    evidence["validate"]["gates"][0]["verdict"] = "fail"


def leaked(evidence: Evidence) -> None:
    evidence["publish"]["leak_scan"]["hits"] = 3


def leaked_list(evidence: Evidence) -> None:
    evidence["publish"]["leak_scan"]["hits"] = [{"file": "attrition.csv", "kind": "name"}]


def odd(verdict: str, columns: int = 1, measures: int = 0) -> Callable[[Evidence], None]:
    """Gates that pass, and so many columns and measures with a verdict."""

    def change(evidence: Evidence) -> None:
        passed(evidence)
        evidence["validate"]["drift"] = {"columns": [{"verdict": verdict}] * columns}
        evidence["validate"]["anomalies"] = {"measures": [{"verdict": verdict}] * measures}

    return change


def unpublished(evidence: Evidence) -> None:
    del evidence["publish"]


def unassessed(evidence: Evidence) -> None:
    del evidence["assess"]


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        (passed, "good", "every check was passed"),
        (warned, "warn", "1 warning was raised"),
        (failed, "bad", "Stopped at the gates"),
        (leaked, "bad", "Not safe to use"),
        (leaked_list, "bad", "Not safe to use"),
        (unpublished, "bad", "Nothing of this run was published"),
        (unassessed, "warn", "not all was measured"),
        (odd("warn", 2, 1), "warn", "3 warnings were raised"),
        (odd("fail", 1, 2), "bad", "1 drift and 2 anomalies failed"),
        (odd("young", 0, 3), "good", "every check was passed"),
    ],
)
def test_the_verdict_follows_the_evidence(evidence: Evidence, change, status: str, words: str) -> None:
    """One sentence and one colour say how it stands, the worst first."""
    change(evidence)
    html = render_report(evidence)
    assert f'class="hero hero-{status}"' in html
    assert words in Page(html).text("hero")


@pytest.mark.parametrize(("k", "met"), [(4, False), (5, True), (6, True)])
def test_a_group_too_small_is_shown_as_not_met(evidence: Evidence, k: int, met: bool) -> None:
    """A k below the required one is marked; an equal one is enough."""
    evidence["assess"]["k"] = k
    assert ("not met" in Page(render_report(evidence)).text("privacy")) is not met


def test_without_a_sensitive_column_only_k_is_shown(evidence: Evidence) -> None:
    """A policy that names no sensitive column has no l, and k stands all the same."""
    evidence["assess"].update(sensitive=[], l=None)
    text = Page(render_report(evidence)).text("privacy")
    assert "k is 7, required 5" in text
    assert "l is " not in text.replace("label is ", "")


@pytest.mark.parametrize(
    ("path", "met", "unmet"),
    [
        (["recall", 0, "lower_bound"], 0.95, 0.9499),
        (["recall", 4, "lower_bound"], 0.99, 0.9899),
        (["precision", "lower_bound"], 0.85, 0.8499),
    ],
)
def test_what_is_too_low_is_marked(evidence: Evidence, path: list[str | int], met: float, unmet: float) -> None:
    """It is the lower bound that must reach the limit of its kind, not the share itself."""
    set_at(evidence["assess"], path, met)
    assert "too low" not in Page(render_report(evidence)).text("privacy")
    set_at(evidence["assess"], path, unmet)
    assert "too low" in Page(render_report(evidence)).text("privacy")


def test_without_a_roster_and_a_model_the_report_says_whose_names_were_planted(evidence: Evidence) -> None:
    """Strangers' names are called that, and no figure of a model is shown where there is none."""
    evidence["assess"].update(names_from="strangers", recall_without_roster=[])
    text = Page(render_report(evidence)).text("privacy")
    assert "names of strangers" in text
    assert "No column of this run names a person" in text
    assert "by the name model alone" not in text


def test_masks_that_were_all_right_are_counted(evidence: Evidence) -> None:
    """Only kinds with wrong masks have a row; where every mask was right no row is left."""
    assert "Of 2 other kinds every mask was right" in Page(render_report(evidence)).text("privacy")
    for item in evidence["assess"]["precision_by_type"]:
        item.update(precision=1.0)
    assert "Of 5 kinds every mask was right" in Page(render_report(evidence)).text("privacy")


@pytest.mark.parametrize(("used", "words"), [(3_434, "it holds"), (3_433, "1 landed records are in no account")])
def test_an_account_that_does_not_balance_is_an_alarm(evidence: Evidence, used: int, words: str) -> None:
    """Landed records that are in no account are counted and shown."""
    evidence["assemble"]["sources"]["hrms_exits"]["used"] = used
    assert words in Page(render_report(evidence)).text("accounts")


def test_before_assemble_the_account_is_of_kept_and_rejected(evidence: Evidence) -> None:
    """A run that has not assembled yet claims no more than it knows."""
    del evidence["assemble"]
    text = Page(render_report(evidence)).text("accounts")
    assert "Landed = kept + rejected, checked for every source; it holds" in text
    assert "kept 3,463" in text


def test_an_open_horizon_has_no_rate(evidence: Evidence) -> None:
    """A snapshot whose label could not be known by the as-of date shows no rate, whatever its positives say."""
    evidence["assemble"]["snapshots"][-1]["positives"] = 600
    assert "2025-01-01: open" in Page(render_report(evidence)).text("population")
    evidence["run"]["as_of"] = "2026-01-01"
    assert "2025-01-01: open" not in Page(render_report(evidence)).text("population")


def test_every_picture_says_what_it_shows(evidence: Evidence) -> None:
    """Each image role has a label, and each figure in it is text somewhere for those who cannot see."""
    pictures = [known for _, known in Page(render_report(evidence)).tags if known.get("role") == "img"]
    assert len(pictures) > 40
    assert all(known.get("aria-label") for known in pictures)
