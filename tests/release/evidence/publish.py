"""What the stage publish says: files, the leak scan, and how each column is distributed."""

from typing import Any

from tests.release.evidence.distributions import ROWS, distributions


def publish_document() -> dict[str, Any]:
    """The stage's document."""
    return {
        "stage": "publish",
        "version": "2025-12-31-9f31c2a07be4d815",
        "rows": ROWS,
        "columns": 12,
        "files": [
            {"name": "attrition.csv", "bytes": 4_102_339, "sha256": "5f0e" * 16},
            {"name": "attrition.parquet", "bytes": 702_118, "sha256": "c81d" * 16},
            {"name": "croissant.json", "bytes": 9_120, "sha256": "77ab" * 16},
        ],
        "leak_scan": {"files": 4, "values": 921_888, "fingerprints": 21_204, "canaries": 40, "hits": 0},
        "distributions": distributions(),
    }
