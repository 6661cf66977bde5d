"""The demo's company: connected from home, and pulled anew when it is another one."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ci.demo_company import MARK, Company
from pipeline.extract.connections import read_connections
from pipeline.keys import open_key_source
from pipeline.settings import Settings

CONNECTIONS: dict[str, Any] = {
    "hrms": {
        "url": "http://127.0.0.1:{port}",
        "credential": "hrms",
        "sidecar": ["{python}", "-m", "pipeline.synthetic.hrms_server", "--data", "hrms", "--port", "{port}"],
    },
    "legacy": {"folder": "legacy"},
}


@pytest.fixture
def company(tmp_path: Path) -> Company:
    made = Company(tmp_path, 10, 2, 1)
    for folder in ("hrms", "legacy"):
        (made.folder / folder).mkdir(parents=True)
    (made.folder / "connections.yaml").write_text(yaml.safe_dump(CONNECTIONS), encoding="utf-8")
    (made.folder / "company.json").write_text("{}", encoding="utf-8")
    return made


@pytest.mark.parametrize("before", [None, f"{MARK}hrms: {{url: http://old}}\n"])
def test_home_leads_to_the_company(company: Company, before: str | None) -> None:
    """Home's connections are the company's, paths and credentials seen from there; what we wrote before gives way."""
    target = company.home / "connections.yaml"
    if before:
        target.write_text(before, encoding="utf-8")
    for _ in range(2):
        assert company.connect() == target
    assert read_connections(target).path("legacy") == company.folder / "legacy"
    credentials = open_key_source(Settings(home=company.home)).credentials
    assert credentials == company.folder / "credentials"


def test_somebody_elses_connections_are_left_alone(company: Company) -> None:
    """The demo uses its own connections beside them."""
    theirs = company.home / "connections.yaml"
    theirs.write_text("erp: {folder: exports}\n", encoding="utf-8")
    assert company.connect() == company.folder / "connections.yaml"
    assert theirs.read_text(encoding="utf-8") == "erp: {folder: exports}\n"


def test_the_first_company_needs_no_new_pull(company: Company) -> None:
    """Nothing is landed yet, so an interrupted first demo goes on where it stopped."""
    assert not company.must_be_pulled_anew(asked=False)
    assert not company.must_be_pulled_anew(asked=False)


def test_another_company_is_pulled_anew_until_it_was_pulled(company: Company) -> None:
    """What is landed is another company's: also after an interruption, and no longer once the pull is done."""
    company.must_be_pulled_anew(asked=False)
    (company.folder / "company.json").write_text(json.dumps({"seed": 2}), encoding="utf-8")
    assert company.must_be_pulled_anew(asked=False)
    assert company.must_be_pulled_anew(asked=False)
    company.was_pulled()
    assert not company.must_be_pulled_anew(asked=False)


def test_a_new_pull_that_was_asked_for_is_finished(company: Company) -> None:
    """FRESH=1, interrupted and started again without it, is still fresh."""
    assert company.must_be_pulled_anew(asked=True)
    assert company.must_be_pulled_anew(asked=False)
