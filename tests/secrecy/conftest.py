"""One whole run of a tiny company full of canaries, seen from everywhere."""

import hmac
import json
import os
import secrets
import sys
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from pipeline.contracts.dataset import open_dataset
from pipeline.settings import SHIPPED_DATASETS
from pipeline.synthetic.company import generate_company
from tests.secrecy.canaries import PERSON, WORD, Counts, plant
from tests.secrecy.search import Search, forms_of_key, forms_of_text
from tests.secrecy.watching import kept_files, watched

EMPLOYEES, YEARS, SEED = 60, 4, 3
#: Has records in every source, and is named in notes and reviews.
CANARY = "E0000013"
#: The plans of every query in full, and sorts that spill at every turn.
_SPARK = """\
spark.sql.ui.explainMode extended
spark.sql.maxPlanStringLength 100000000
spark.shuffle.spill.numElementsForceSpillThreshold 50
spark.shuffle.compress false
spark.shuffle.spill.compress false
spark.clearwell.leak {leak}
"""


@dataclass(frozen=True)
class Seen:
    """A run that was watched.

    Attributes:
        home, company: its folders.
        out: what was seen: `log`, `stdout`, `events`, `pages`, `settings.txt`, `heap.hprof`, `processes`, `files`.
        planted: how often each canary was put into each source.
        leaked: false keys by the way in which the run leaked them on purpose.
    """

    home: Path
    company: Path
    out: Path
    planted: Counts
    leaked: dict[str, bytes]

    @property
    def key_file(self) -> Path:
        return self.home / "keys" / "development.key"

    @cached_property
    def keys(self) -> dict[str, bytes]:
        """The first master key, the dataset's and every key derived for a purpose."""
        master = bytes.fromhex(self.key_file.read_text().split()[0])
        dataset = hmac.digest(master, b"data key:attrition", "sha256")
        columns = [
            column
            for contract in open_dataset((SHIPPED_DATASETS,), "attrition").contracts.values()
            for column in contract.columns
            if column.privacy.action == "pseudonymise"
        ]
        domains = {column.privacy.domain or column.name for column in columns}
        purposes = ["locator", "fingerprint", *(f"pseudonym:{domain}" for domain in sorted(domains))]
        derived = {purpose: hmac.digest(dataset, purpose.encode(), "sha256") for purpose in purposes}
        return {"master": master, "dataset": dataset, **derived}

    @cached_property
    def key_search(self) -> Search:
        """For the true keys and the leaked ones."""
        return Search({name: forms_of_key(key) for name, key in (self.keys | self.leaked).items()})

    @cached_property
    def canary_search(self) -> Search:
        return Search({text: forms_of_text(text) for text in (*PERSON.values(), WORD)})


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The run: Spark's log at DEBUG, its event log and page on, spills forced, and four keys leaked on purpose."""
    folder = tmp_path_factory.mktemp("secrecy")
    company, home, out, spark = (folder / name for name in ("company", "home", "out", "spark"))
    generate_company(company, EMPLOYEES, YEARS, SEED)
    planted = plant(company, CANARY)
    leaked = {way: secrets.token_bytes(32) for way in ("conf", "environment", "literal", "log")}
    for place in (out, spark):
        place.mkdir()
    (spark / "spark-defaults.conf").write_text(_SPARK.format(leak=leaked["conf"].hex()))
    (out / "leaks.json").write_text(
        json.dumps({"literal": list(leaked["literal"]), "log": leaked["log"].hex().upper()})
    )
    with tempfile.TemporaryDirectory() as local:
        Path(local).chmod(0o711)  # PostgreSQL has another user
        status = _watch(
            company,
            home,
            out,
            {"SPARK_CONF_DIR": str(spark), "TMPDIR": local, "LEAK": b64encode(leaked["environment"]).decode()},
        )
    assert status == 0, "see the log"
    return Seen(home, company, out, planted, leaked)


def _watch(company: Path, home: Path, out: Path, more: dict[str, str]) -> int:
    local = Path(more["TMPDIR"])
    environment = {
        **os.environ,
        "CLEARWELL_HOME": str(home),
        "CLEARWELL_CONNECTIONS": str(company / "connections.yaml"),
        "CLEARWELL_DRIVER_MEMORY": "1g",
        "CLEARWELL_SPARK_LOG_LEVEL": "DEBUG",
        "CLEARWELL_SPARK_UI": "true",
        "CLEARWELL_SPARK_EVENTS": str(out / "events"),
        "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={local}",
        **more,
    }
    with kept_files(local, out / "files", but="clearwell-lms-"):
        return watched([sys.executable, "-m", "tests.secrecy.watched_run", str(out)], environment, out)
