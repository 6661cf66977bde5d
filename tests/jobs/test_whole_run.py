"""A whole run on a generated company, held against the truth of what was planted in it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.jobs.context import RunContext
from pipeline.jobs.look import rejections_of
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import STAGES, run_stage
from pipeline.quality.quarantine import rejected_rows, reveal
from pipeline.release.manifest import verify_version
from pipeline.release.versions import list_versions
from tests.services.company import Company


def test_every_record_of_every_system_is_framed_once(company: Company, evidence: dict[str, Any]) -> None:
    """Pages, key ranges, packs, compression and layouts neither lose nor repeat a record."""
    framed = {source: found["framed"] for source, found in evidence["refine"]["sources"].items()}
    assert framed == company.summary.records
    assert {found["kind"] for found in evidence["extract"]["sources"].values()} == {
        "api", "sql", "xml", "csv", "documents"
    }  # fmt: skip


def test_both_layouts_of_a_source_are_read(company: Company, done: RunContext) -> None:
    """Rows of the older exports are kept as those of today's are: their dates and numbers are read by their forms."""
    for source, day in (("reviews", "review_date"), ("legacy_leave", "start_date")):
        assert {item["layout"] for item in company.truth("layouts") if item["source"] == source} == {"old", "current"}
        years = {row[0] for row in done.kept(source).selectExpr(f"year({day})").distinct().collect()}
        assert years >= set(range(2011, 2026)), source
    assert done.kept("legacy_leave").where("days <> floor(days) and year(start_date) <= 2011").count() > 0


def test_accounts_balance(evidence: dict[str, Any]) -> None:
    """Framed = kept + rejected; kept = used + merged + out of scope; entities = published + withheld."""
    for source, refined in evidence["refine"]["sources"].items():
        validated, assembled = evidence["validate"]["sources"][source], evidence["assemble"]["sources"][source]
        assert refined["framed"] == validated["kept"] + validated["rejected"]
        assert validated["kept"] == assembled["used"] + assembled["merged"] + assembled["out_of_scope"]
    assessed = evidence["assess"]
    assert assessed["entities"] == assessed["published_entities"] + assessed["withheld_entities"]
    assert assessed["rows"] == assessed["published_rows"] + assessed["withheld_rows"]
    assert evidence["publish"]["rows"] == assessed["published_rows"]


def test_every_planted_defect_is_rejected(company: Company, done: RunContext) -> None:
    """Each defect's record lies in the quarantine of its source."""
    zones = done.at.zones
    planted = Counter(item["source"] for item in company.truth("defects"))
    for source, count in planted.items():
        rows = rejected_rows(done.manifest.table(done.refined_name(source)))
        revealed = reveal(zones.landing, zones.evidence, "attrition", done.run, rows)
        # A row of a COPY begins with its key, a letter is known by its file, and a key stands in all other records.
        told = "\n".join(f"\n{item.file}\n{item.as_text()}" for item in revealed) + "\n"
        names = [
            f"\n{item['record_key']}\t" if source == "lms_trainings" else item.get("file", item["record_key"])
            for item in company.truth("defects")
            if item["source"] == source
        ]
        missed = [name for name in names if name not in told]
        assert not missed, f"{source}: {len(missed)} of {count} planted defects were kept"


def test_redeliveries_are_merged_and_contradictions_rejected(company: Company, evidence: dict[str, Any]) -> None:
    """A record that came twice counts once; of two that contradict each other one is rejected."""
    rejected = Counter()
    for source, found in evidence["validate"]["sources"].items():
        rejected[source] += sum(item["rows"] for item in found["reasons"] if item["rule"] == "primaryKey")
    planted = Counter(item["source"] for item in company.truth("conflicts"))
    assert sum(planted.values()) > 0
    assert {source: rejected[source] for source in planted} == dict(planted)
    merged = sum(item["merged"] for item in evidence["assemble"]["sources"].values())
    assert merged >= len(company.truth("duplicates")) * 0.9


def test_a_misspelt_entry_and_its_correction_are_versions_of_one_fact(company: Company, done: RunContext) -> None:
    """A course entered again with the learner's name mended has the key of the first entry, in whatever case."""
    kept = done.kept("lms_trainings")
    key = done.dataset.contracts["lms_trainings"].primary_key
    assert kept.count() - kept.select(*key).distinct().count() == len(company.truth("misspelt")) > 0


def test_no_planted_person_is_published_or_told(company: Company, done: RunContext) -> None:
    """No planted mail address or number stands in the refined text of any source, in the version or in evidence."""
    found = [
        (span["source"], company.text(span)[span["start"] : span["end"]])
        for span in company.truth("spans")
        if span["entity_type"] in ("EMAIL_ADDRESS", "IN_PAN", "US_SSN", "IN_AADHAAR")
    ]
    values = {value for _, value in found}
    assert len(values) > 50
    assert {source for source, _ in found} >= {"hrms_manager_notes", "reviews", "letters"}
    texts = [
        (contract.source, column.name)
        for contract in done.dataset.contracts.values()
        for column in contract.columns
        if column.privacy.action == "redact"
    ]
    assert len(texts) == 6
    refined = "\n".join(str(row[0]) for source, column in texts for row in done.kept(source).select(column).collect())
    assert "<EMAIL_ADDRESS>" in refined
    leaked = [value for value in values if value in refined]
    assert not leaked, f"{len(leaked)} planted values stand in refined text"
    everything = [path for zone in ("published", "evidence") for path in (done.at.settings.root / zone).rglob("*.*")]
    told = b"\n".join(path.read_bytes() for path in everything if path.is_file())
    assert not [value for value in values if value.encode() in told]


def test_names_of_employees_are_masked_by_the_roster(company: Company, evidence: dict[str, Any]) -> None:
    """Redaction takes out people as well as patterns."""
    masked = evidence["refine"]["sources"]["hrms_manager_notes"]["masked"]
    assert masked["PERSON"] > 50


def test_the_version_is_whole_and_says_what_it_is(done: RunContext, evidence: dict[str, Any]) -> None:
    """Files agree with the manifest; every class has at least k people."""
    [version] = [item for item in list_versions(done.at.zones.published, "attrition") if done.run[:8] in item.version]
    folder = Path(version.path)
    assert verify_version(folder) == []
    assert {path.name for path in folder.iterdir()} >= {
        "attrition.csv",
        "attrition.parquet",
        "croissant.json",
        "report.html",
    }
    table = pq.read_table(folder / "attrition.parquet")
    release = done.dataset.spec.release
    classes = table.group_by(["snapshot_date", *(item.column for item in release.quasi_identifiers)])
    smallest = min(
        classes.aggregate([("employee_pseudonym", "count_distinct")])["employee_pseudonym_count_distinct"].to_pylist()
    )
    assert smallest == evidence["assess"]["k"] >= release.k
    assert table.num_rows == evidence["publish"]["rows"] > 100


def test_leavers_of_the_truth_are_the_positives(company: Company, evidence: dict[str, Any]) -> None:
    """The label counts those who left within a year of a snapshot, as the generator knows it."""
    dates = [item["date"] for item in evidence["assemble"]["snapshots"]]
    left = [item["exit_date"] for item in company.truth("exits") if item["exit_type"] != "retirement"]
    expected = sum(dates[0] < day <= dates[-1] for day in left)
    found = evidence["assemble"]["label"]["positives"]
    # An exit within a year of its hire may fall between two snapshots, and planted defects hide a few.
    assert 0.6 * expected < found <= expected


def test_a_finished_run_is_a_no_op(done: RunContext) -> None:
    """The same landing, code, contracts and key are the same run, and nothing of it is done again."""
    again = begin_run(done.at, done.dataset.spec.as_of)
    assert again.run == done.run
    assert [run_stage(again, stage) for stage in STAGES] == [False] * len(STAGES)


def test_a_run_done_afresh_publishes_the_same_bytes(done: RunContext) -> None:
    """Everything computed again gives the version that is there already."""
    before = list_versions(done.at.zones.published, "attrition")
    again = begin_run(done.at, done.dataset.spec.as_of, fresh=True)
    for stage in STAGES:
        assert run_stage(again, stage)
    assert list_versions(done.at.zones.published, "attrition") == before


def test_rejections_are_listed_from_evidence(done: RunContext) -> None:
    """`quarantine list` shows each source's reasons with their counts."""
    found = rejections_of(done.at.zones, "attrition", done.run)
    assert {"source", "column", "rule", "rows", "share", "refers_to"} == set(found[0])
    assert any(item["rule"] == "type" for item in found)
