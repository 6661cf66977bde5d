"""Evidence of a run: one JSON document a stage. Counts and measurements only, never a value or a pseudonym."""

import json
from typing import Any

from pipeline.errors import AccountsError
from pipeline.storage.objects import ObjectStore

Document = dict[str, Any]
STAGES = ("run", "extract", "refine", "validate", "assemble", "assess", "publish")


def canonical(document: object) -> bytes:
    """JSON whose bytes depend on the content alone."""
    return (json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def write_evidence(store: ObjectStore, dataset: str, run: str, stage: str, document: Document) -> None:
    """Keep a stage's document; a repeated stage replaces its own."""
    store.write(_key(dataset, run, stage), canonical({**document, "stage": stage}))


def read_evidence(store: ObjectStore, dataset: str, run: str) -> dict[str, Document]:
    """All documents of a run that are there, by stage."""
    found = (stage for stage in STAGES if store.exists(_key(dataset, run, stage)))
    return {stage: json.loads(store.read(_key(dataset, run, stage))) for stage in found}


def balance(what: str, expected: int, expected_by: str, counted: int, counted_by: str) -> None:
    """Hold one count against another that a different writer made.

    Raises:
        AccountsError: they differ; nothing may be published on such a run.
    """
    if expected != counted:
        raise AccountsError(
            f"accounts of {what} differ",
            given=f"{counted_by} counted {counted}",
            allowed=f"{expected} as {expected_by} counted",
            hint="the run stops here; what was published stays as it was",
        )


def _key(dataset: str, run: str, stage: str) -> str:
    return f"{dataset}/{run}/{stage}.json"
