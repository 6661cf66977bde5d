"""Keys from Vault under real jobs: gone in the middle of one, rotated in the middle of a run."""

from pathlib import Path

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Privacy
from pipeline.jobs.context import open_run, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import STAGES, run_stage
from pipeline.keys.vault import VaultKeys
from pipeline.keys.vault_login import TokenFile
from pipeline.privacy.finders import Finders
from pipeline.privacy.kernel import Vault, apply_keyed_actions
from pipeline.release.manifest import read_manifest, verify_version
from pipeline.release.versions import list_versions
from pipeline.settings import Settings
from pipeline.storage.objects import FolderStore
from pipeline.storage.tables import Tables
from tests.services.mends import AS_OF, WHOLE, Club
from tests.services.proxy import proxy_of
from tests.services.vault import VaultService

#: Tasks beyond the two that run at once, each long enough that both workers must open the key.
TASKS, ROWS = 6, 60_000
EMPLOYEE = Column("employee", "string", Privacy("pseudonymise"))
TABLE = "vault_tests.employees"
FEATURES = """
from pipeline.features.registry import columns

columns(entity="member", source="visits", names=["age", "day"])
"""


def masked(spark: SparkSession, keys: VaultKeys, dataset: str, folder: Path) -> DataFrame:
    """Employees under pseudonyms, not computed yet."""
    frame = spark.range(ROWS, numPartitions=TASKS).select(
        F.format_string("E%07d", "id").alias("employee"),
        F.expr("cast('' AS binary)").alias("_digest"),
        F.create_map().cast("map<string,bigint>").alias("_counts"),
    )
    vault = Vault(keys, dataset, None, FolderStore(folder), "none", Finders("none", folder))
    return apply_keyed_actions(frame, (EMPLOYEE,), vault)


def test_gone_in_the_middle_of_a_job(
    vault: VaultService, owner: VaultKeys, run_login: TokenFile, dataset: str, spark: SparkSession, tmp_path: Path
) -> None:
    """One worker opens the key, then Vault is gone: the job fails with words that say so, and no table is committed."""
    owner.create(dataset)
    tables = Tables(spark)
    before = tables.replace(TABLE, masked(spark, owner, dataset, tmp_path), "before")
    with proxy_of(vault.address) as proxy:
        proxy.refuse_after = 1
        keys = vault.keys(run_login, address=proxy.address)
        for table in (TABLE, "vault_tests.never"):
            with pytest.raises(PySparkException, match=r"KeySourceError: Vault can't be reached"):
                tables.replace(table, masked(spark, keys, dataset, tmp_path), "after")
        assert proxy.connections > 1
    assert tables.iceberg(TABLE).currentSnapshot().snapshotId() == before.snapshot
    assert tables.at(before).count() == ROWS
    assert not spark.catalog.tableExists(tables.full_name("vault_tests.never"))


def test_rotated_in_the_middle_of_a_run(vault: VaultService, spark: SparkSession, home: Path, tmp_path: Path) -> None:
    """A run ends under the epoch that it began with, and its version verifies; the next run is another, of the new."""
    assert spark
    club = Club(tmp_path, "vault_club", {"visits": WHOLE["visits"]})
    (club.datasets / club.name / "features.py").write_text(FEATURES)
    login = vault.token_file(tmp_path / "token", club.name, "dataset_key_owner")
    settings = Settings(
        home=home,
        datasets=(club.datasets,),
        connections=club.connections,
        keys="vault",
        vault_address=vault.address,
        vault_auth=f"token-file:{login.path}",
    )
    workplace = open_workplace(settings, club.name)
    extract_sources(workplace, AS_OF, tuple(club.mends))
    run = begin_run(workplace, AS_OF)
    first, *later = STAGES
    run_stage(run, first)
    pseudonym = run.pseudonymiser().pseudonym("r0001", "member")
    rotated = workplace.keys.rotate(club.name)
    for stage in later:
        run_stage(open_run(workplace, run.run), stage)
    (version,) = list_versions(workplace.zones.published, club.name)
    assert verify_version(Path(version.path)) == []
    assert read_manifest(Path(version.path)).key_epoch == run.manifest.key_epoch != rotated.epoch
    assert open_run(workplace, run.run).pseudonymiser().pseudonym("r0001", "member") == pseudonym
    again = begin_run(workplace, AS_OF)
    assert (again.run, again.manifest.key_epoch) != (run.run, run.manifest.key_epoch)
    assert again.manifest.key_epoch == rotated.epoch
