"""Whose records are found in landing, and that the final scan sees what the finder should have."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pipeline.errors import PrivacyError
from pipeline.jobs.context import Workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.final_scan import final_scan
from pipeline.jobs.finding.find import find
from pipeline.jobs.finding.findings import Findings
from tests.jobs.people_files import PEOPLE, SOURCES, land


@pytest.fixture(scope="module")
def landed(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    folder = tmp_path_factory.mktemp("club")
    return land(folder / "home", folder)


def found(findings: Findings, source: str) -> tuple[list[int], list[int]]:
    """Ordinals of own records and of mentions, over all objects of a source."""
    item = findings.sources[source]
    own, mentions = (sorted(at for some in part.values() for at in some.tolist()) for part in (item.own, item.mentions))
    return own, mentions


CASES = {
    "P-000001": {"people": ([0, 1], []), "notes": ([0], [1, 3, 4, 5]), "visits": ([0, 1, 4], []), "letters": ([], [])},
    "P-000002": {"people": ([2], []), "notes": ([7], [1, 2, 4, 8, 9]), "visits": ([], []), "letters": ([], [0, 2])},
    "P-000003": {"people": ([3], []), "notes": ([1, 3, 4, 6, 8], [0, 5]), "visits": ([2], []), "letters": ([], [])},
    "7": {"people": ([5], []), "notes": ([], [6]), "visits": ([], []), "letters": ([], [])},
    "P-000008": {"people": ([6], []), "notes": ([9], []), "visits": ([], []), "letters": ([], [])},
}


@pytest.mark.parametrize("key", CASES)
def test_own_records_and_mentions_are_found(landed: Workplace, key: str) -> None:
    """Own by key or by a link that was the subject's then; mentions by term, key column, unknown field and bytes.

    A name that two persons bear counts in everybody's records but the other's; a key of one digit in key columns only.
    """
    findings = find(landed, [key])
    assert {source: found(findings, source) for source in SOURCES} == CASES[key]


def test_a_record_of_a_namesake_is_left_to_a_person(landed: Workplace) -> None:
    """The other Vidya Hegde's own records keep her name, and are counted."""
    counts = find(landed, ["P-000001"]).counts()
    assert counts["namesakes"] == 1
    assert {name: item["left_to_a_person"] for name, item in counts["sources"].items()} == {
        "people": 0,
        "notes": 1,
        "visits": 1,
        "letters": 0,
    }


def test_many_subjects_are_found_in_one_pass(landed: Workplace) -> None:
    """Records of any of the subjects are own, and what two subjects share is theirs alone."""
    findings = find(landed, ["P-000001", "P-000003", "P-000001"])
    assert len(findings.identifiers.keys) == 2
    assert found(findings, "visits") == ([0, 1, 2, 4], [])
    assert found(findings, "notes") == ([0, 1, 3, 4, 6, 8], [5])


@pytest.mark.parametrize("unknown", ["P-999999", "", "  "])
def test_an_unknown_subject_is_refused_by_its_place(landed: Workplace, unknown: str) -> None:
    """The error tells which key of the request has no record, and not the key."""
    with pytest.raises(PrivacyError) as caught:
        find(landed, ["P-000001", unknown])
    assert str(caught.value) == (
        "1 of 2 subjects have no record\n  given:   number 2 of the request\n"
        "  allowed: keys of the entity, as the sources write them\n  hint:    nothing was changed; correct the request"
    )


def test_nothing_that_was_sought_stays(landed: Workplace) -> None:
    """What workers are given lies in landing and goes with the search."""
    find(landed, ["P-000001"])
    assert not landed.zones.landing.keys("club/_sought")


def test_superseded_pulls_are_searched(spark: SparkSession, tmp_path: Path) -> None:
    """A pull that a fresh one set aside holds the subject still."""
    land(tmp_path / "home", tmp_path, PEOPLE[:2])
    workplace = land(tmp_path / "home", tmp_path, PEOPLE)
    extract_sources(workplace, workplace.dataset.spec.as_of, ("people",), fresh=True)
    assert len(find(workplace, ["P-000001"]).sources["people"].own) == 2


def test_the_final_scan_names_files_until_nothing_is_left(spark: SparkSession, tmp_path: Path) -> None:
    """Identifiers in clear are hits in landing; once their files are gone there are none, but for what was missed."""
    workplace = land(tmp_path / "home", tmp_path)
    identifiers = find(workplace, ["P-000002"]).identifiers
    zones = workplace.zones
    report = final_scan(zones, "club", identifiers, ())
    assert {hit.file.split("/")[1] for hit in report.hits} == {"people", "notes", "letters"}
    assert {hit.zone for hit in report.hits} == {"landing"}
    for hit in report.hits:
        zones.landing.delete(hit.file)
    clean = final_scan(zones, "club", identifiers, ["ab" * 16])
    assert clean.hits == ()
    assert clean.files == report.files - len({hit.file for hit in report.hits})
    zones.evidence.write("club/run/x.json", b'{"a": "' + b"AB" * 16 + b'"}')
    zones.published.write("club/1/j.n@corp.example.txt", b"nothing")
    missed = final_scan(zones, "club", identifiers, ["ab" * 16]).hits
    assert [(hit.zone, hit.kind) for hit in missed] == [("published", "email"), ("evidence", "pseudonym")]
    assert "j.n" not in str(missed)
