"""`report.html`: one page, made of evidence and nothing else, that needs no network and no script."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipeline.release.sections.accounts import accounts
from pipeline.release.sections.drift import drift
from pipeline.release.sections.features import features
from pipeline.release.sections.funnel import funnel
from pipeline.release.sections.gates import gates
from pipeline.release.sections.hiding import hiding
from pipeline.release.sections.history import history
from pipeline.release.sections.identity import identity
from pipeline.release.sections.masking import actions, leak_scan, redactions
from pipeline.release.sections.overview import overview
from pipeline.release.sections.population import population
from pipeline.release.sections.protection import levels, meters, suppression
from pipeline.release.sections.reading import panel
from pipeline.release.sections.recall import recalls
from pipeline.release.sections.rules import rules
from pipeline.release.sections.sources import sources
from pipeline.release.sections.spread import spreads
from pipeline.release.sections.timings import timings
from pipeline.release.sections.utility import utility

_TEMPLATES = Path(__file__).parent / "templates"
_PANELS = (
    funnel, sources, accounts, rules, population, gates, drift, history, spreads, meters, levels, suppression, hiding,
    recalls, redactions, actions, utility, leak_scan, timings, features, identity,
)  # fmt: skip


def render_report(evidence: Mapping[str, Mapping[str, Any]]) -> str:
    """The report of a run as one self-contained HTML document.

    Args:
        evidence: documents of the run by stage (`pipeline.evidence.record.read_evidence`). What is not in them is shown
            as not measured.
    """
    panels = {make.__name__: panel(make, evidence) for make in _PANELS}
    return _environment().get_template("report.html").render(overview=overview(evidence), **panels)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
