"""The run's own feature table under the stricter policy: what leaves can't be joined across snapshots."""

from dataclasses import replace

import pytest

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.release import Release
from pipeline.errors import PrivacyError
from pipeline.jobs.assemble import features_table
from pipeline.jobs.assess import released_table
from pipeline.jobs.assess import work as assess
from pipeline.jobs.context import RunContext
from pipeline.jobs.stages import Outcome


def assessed(done: RunContext, **release: object) -> Outcome:
    """`assess` of the run's features under another release policy; the run's manifest stays as it is."""
    told = {**done.dataset.spec.release.model_dump(), "policy": "release", "pseudonyms": "per_snapshot", **release}
    spec = done.dataset.spec.model_copy(update={"release": Release.model_validate(told)})
    place = replace(done.at, dataset=Dataset(done.dataset.folder, spec, done.dataset.contracts))
    return assess(RunContext(place, done.manifest))


def test_a_release_hides_each_person_among_eleven(done: RunContext) -> None:
    """Every class has eleven persons and two ratings; a person has another name at each snapshot, and none of ours."""
    outcome = assessed(done, k=11, l=2)
    assert outcome.failure is None
    assert outcome.evidence["k"] >= 11
    assert outcome.evidence["l"] >= 2
    rows = done.at.tables.at(outcome.tables[released_table("attrition")]).select("employee_pseudonym").collect()
    names = [row["employee_pseudonym"] for row in rows]
    ours = done.at.tables.at(done.manifest.table(features_table("attrition"))).select("employee_pseudonym").distinct()
    assert len(names) == len(set(names)) > ours.count()
    assert not set(names) & {row["employee_pseudonym"] for row in ours.collect()}


def test_who_can_t_be_hidden_is_not_released(done: RunContext) -> None:
    """Where no level of generalisation gives classes of that size, nothing is written, and the way out is told."""
    with pytest.raises(PrivacyError, match="no level of generalisation meets the release policy"):
        assessed(done, k=399, l=2)
