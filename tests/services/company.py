"""A generated company and the truth about it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Source of an API -> the folder of its store.
_STORES = {
    **{f"hrms_{name}": f"hrms/{name}" for name in ("employees", "job_events", "manager_notes", "exits")},
    "payroll_pay": "payroll/pay_records",
}


@dataclass(frozen=True)
class Company:
    """Where a generated company lies."""

    folder: Path

    def truth(self, name: str) -> list[dict[str, Any]]:
        """One of the truth files, a document a line."""
        lines = (self.folder / "truth" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def landed(self, source: str) -> list[bytes]:
        """Records of an API's source, as the generator wrote them."""
        pages = sorted((self.folder / _STORES[source]).glob("*.jsonl"))
        return [line for page in pages for line in page.read_bytes().splitlines()]
