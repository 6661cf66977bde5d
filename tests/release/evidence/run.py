"""The evidence of a whole run, one document a stage."""

from typing import Any

from tests.release.evidence.assemble import assemble_document
from tests.release.evidence.assess import assess_document
from tests.release.evidence.publish import publish_document
from tests.release.evidence.refine import refine_document
from tests.release.evidence.sources import SOURCES
from tests.release.evidence.validate import validate_document


def run_evidence() -> dict[str, dict[str, Any]]:
    """Every document, by its stage."""
    return {
        "run": _run_document(),
        "extract": {"stage": "extract", "sources": SOURCES, "seconds": 21.8},
        "refine": refine_document(),
        "validate": validate_document(),
        "assemble": assemble_document(),
        "assess": assess_document(),
        "publish": publish_document(),
    }


def _run_document() -> dict[str, Any]:
    return {
        "stage": "run",
        "dataset": "attrition",
        "title": "Employee attrition",
        "run": "9f31c2a07be4d815",
        "as_of": "2025-12-31",
        "code": "4be1" * 16,
        "commit": "867278c",
        "key_epoch": "1-5d0c9a1be27f",
        "created": "2026-01-05T08:00:00+00:00",
        "inputs": {
            name: {"records": source["framed"], "records_digest": f"{place + 1:x}a7c" * 16}
            for place, (name, source) in enumerate(SOURCES.items())
        },
    }
