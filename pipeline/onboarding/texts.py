"""Free text needs the names of the people in it: redaction finds only names that some column holds."""

from dataclasses import replace

import pyarrow.compute as pc

from pipeline.onboarding.limits import Limits
from pipeline.onboarding.proposed import ProposedColumn, ProposedSource
from pipeline.onboarding.treatment import Treatment

#: Share of a column's values that have a blank inside, from which they are full names.
_LEAST_FULL = 0.5


def names_people(source: ProposedSource) -> bool:
    """Whether the source holds people's full names, in one column or in two."""
    kinds = {item.treatment.privacy.get("roster") for item in source.columns}
    return {"given_name", "family_name"} <= kinds or any(map(_holds_full_names, source.columns))


def without_texts(source: ProposedSource, target: str | None) -> ProposedSource:
    """The source with its free texts dropped, where it has anything else to publish: else a run refuses them."""
    others = [item for item in source.columns if item.published and item.name != target]
    if all(item.treatment.action == "redact" for item in others):
        return source
    return replace(source, columns=tuple(map(_dropped, source.columns)))


def _dropped(item: ProposedColumn) -> ProposedColumn:
    if item.treatment.action != "redact":
        return item
    why = "free text, and no column knows the names of the people in it"
    keep = "redact, beside columns of names with a roster; or, if it names nobody, with least_recall: 0"
    return replace(item, treatment=Treatment({"action": "drop"}, why, keep=keep), limits=Limits())


def _holds_full_names(item: ProposedColumn) -> bool:
    if item.treatment.privacy.get("roster") != "family_name" or not item.profile.distinct:
        return False
    share = pc.mean(pc.match_substring_regex(item.profile.values, r"\S\s+\S").cast("int8")).as_py()
    return float(share) >= _LEAST_FULL
