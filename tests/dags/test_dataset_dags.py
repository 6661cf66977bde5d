"""The DAGs that are drawn: one per dataset folder, the same shape for each."""

import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowException, AirflowFailException, ParamValidationError

from pipeline.dags.dataset_dags import draw_all
from pipeline.dags.operators import JobOperator
from pipeline.dags.outline import PLATFORM_FILE, read_outline, read_stages
from pipeline.errors import ContractError
from pipeline.settings import SHIPPED_DATASETS

OUTSIDE = (
    "name: churn\ntitle: Who cancels\nowner: sales\nas_of: 2024-06-30\nsources: {crm: {kind: csv}, web: {kind: csv}}\n"
)
STAGES = ["extract", "refine", "validate", "assemble", "assess", "publish"]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "churn").mkdir()
    (tmp_path / "churn" / "dataset.yaml").write_text(OUTSIDE, encoding="utf-8")
    return tmp_path


@pytest.fixture(params=["shipped", "outside"])
def dag(request: pytest.FixtureRequest, outside: Path) -> DAG:
    root, name = {"shipped": (SHIPPED_DATASETS, "attrition"), "outside": (outside, "churn")}[request.param]
    return draw_all([root])[name]


def test_one_dag_per_dataset_folder() -> None:
    """Every shipped dataset has its DAG, and there is no other."""
    assert set(draw_all([SHIPPED_DATASETS])) == {path.parent.name for path in SHIPPED_DATASETS.glob("*/dataset.yaml")}


def test_datasets_may_lie_outside_the_repository(outside: Path) -> None:
    """The DAG file draws what CLEARWELL_DATASETS names beside the shipped; it loads neither Spark nor pandas."""
    code = (
        "import sys; import pipeline.dags.dataset_dags as drawn; from airflow.sdk import DAG;"
        "print([name for name, value in vars(drawn).items() if isinstance(value, DAG)],"
        "[name for name in ('pyspark', 'pandas', 'airbyte_cdk', 'spacy') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={"CLEARWELL_DATASETS": str(outside), "AIRFLOW_HOME": str(outside / "airflow")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.splitlines()[-1] == "['attrition', 'churn'] []"


def test_stages_follow_each_other_in_the_order_of_the_platform(dag: DAG) -> None:
    """Extract, seal, then every stage of platform.yaml, one after the other."""
    assert [stage.name for stage in read_stages()] == STAGES
    order = ["extract", "seal", *STAGES[1:]]
    assert [task.task_id for task in dag.topological_sort()] == order
    for earlier, later in pairwise(order):
        assert dag.get_task(earlier).downstream_task_ids == {later}


def test_the_first_folder_of_a_name_is_drawn(outside: Path, tmp_path: Path) -> None:
    """Of two datasets with one name the DAG is that which the jobs run."""
    other = tmp_path / "later" / "churn"
    other.mkdir(parents=True)
    (other / "dataset.yaml").write_text(OUTSIDE.replace("sales", "nobody"), encoding="utf-8")
    assert draw_all([outside, other.parent])["churn"].default_args["owner"] == "sales"


SYNCED = """
name: churn
title: Who cancels
owner: sales
as_of: 2024-06-30
sources:
  crm: {kind: jsonl, sync: {airbyte: 11111111-1111-1111-1111-111111111111}}
  web: {kind: csv}
  deals: {kind: jsonl, sync: {airbyte: 11111111-1111-1111-1111-111111111111}}
  calls: {kind: jsonl, sync: {airbyte: 22222222-2222-2222-2222-222222222222}}
"""


def test_an_airbyte_server_is_synced_before_anything_is_pulled(outside: Path) -> None:
    """One bounded task for each connection on the server, however many sources it feeds, all before extract."""
    (outside / "churn" / "dataset.yaml").write_text(SYNCED, encoding="utf-8")
    dag = draw_all([outside])["churn"]
    syncs = {task.task_id: task for task in dag.tasks if task.task_id.startswith("sync_")}
    assert {name: task.connection_id[:8] for name, task in syncs.items()} == {
        "sync_crm": "11111111",
        "sync_calls": "22222222",
    }
    assert dag.get_task("extract").upstream_task_ids == set(syncs)
    assert all(task.retries == 2 and timedelta(0) < task.execution_timeout for task in syncs.values())


def test_extract_is_mapped_over_the_sources(outside: Path) -> None:
    """One task a source, in the order of dataset.yaml."""
    extract = draw_all([outside])["churn"].get_task("extract")
    assert extract.expand_input.value == {"source": ["crm", "web"]}


def test_every_task_is_retried_bounded_and_owned(dag: DAG) -> None:
    """No task hangs for ever, gives up at the first fault, or belongs to nobody."""
    for task in dag.tasks:
        settings = task.partial_kwargs if task.is_mapped else vars(task)
        assert settings["retries"] == 2
        assert settings["retry_delay"] == timedelta(seconds=10)
        assert settings["retry_exponential_backoff"]
        assert timedelta(0) < settings["execution_timeout"] <= timedelta(hours=12)
        assert task.owner not in ("", "airflow")


def test_spark_stages_share_a_pool(dag: DAG) -> None:
    """Only stages that platform.yaml runs on EMR take a place in the pool of Spark."""
    spark = {
        name for name, stage in yaml.safe_load(PLATFORM_FILE.read_text())["stages"].items() if stage["runs"] == "emr"
    }
    assert {task.task_id for task in dag.tasks if task.pool == "spark"} == spark == set(STAGES) - {"extract", "publish"}


def test_a_dag_starts_only_when_asked_and_one_run_at_a_time(dag: DAG) -> None:
    """No schedule, no catch-up, one run at a time, and a page that says what it is."""
    assert (dag.schedule, dag.catchup, dag.max_active_runs) == (None, False, 1)
    assert "clearwell" in dag.tags
    assert all(source in dag.doc_md for source in dag.get_task("extract").expand_input.value["source"])


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({"as_of": "2025-12-31", "fresh": False}, True),
        ({"as_of": "2020-02-29"}, True),
        ({"as_of": "2021-02-29"}, False),
        ({"as_of": "31/12/2025"}, False),
        ({"as_of": None}, False),
        ({"fresh": True}, True),
        ({"fresh": "maybe"}, False),
    ],
)
def test_parameters_are_checked(dag: DAG, given: dict[str, object], allowed: bool) -> None:
    """A day that does not exist or a flag that is none is refused before anything runs."""
    for name, value in given.items():
        param = dag.params.get_param(name)
        if allowed:
            assert param.resolve(value) == value
        else:
            with pytest.raises(ParamValidationError):
                param.resolve(value)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("name: [", "ParserError"),
        ("- a list", "TypeError"),
        ("name: churn\ntitle: T\nowner: o\nas_of: 2024-06-30\n", "KeyError: 'sources'"),
        (OUTSIDE.replace("churn", "other"), "name 'other', 2 sources, as_of date"),
        (OUTSIDE.replace("2024-06-30", "soon"), "name 'churn', 2 sources, as_of str"),
        (OUTSIDE.replace("{crm: {kind: csv}, web: {kind: csv}}", "{}"), "name 'churn', 0 sources, as_of date"),
    ],
)
def test_a_broken_dataset_says_so_and_harms_no_other(outside: Path, text: str, given: str) -> None:
    """A dataset.yaml that can't be drawn gets a DAG that fails with the reason; its neighbours are drawn as ever."""
    (outside / "fine").mkdir()
    (outside / "fine" / "dataset.yaml").write_text(OUTSIDE.replace("churn", "fine"), encoding="utf-8")
    (outside / "churn" / "dataset.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContractError) as error:
        read_outline(outside / "churn")
    assert str(error.value.given).startswith(given)
    drawn = draw_all([outside])
    assert "extract" in drawn["fine"].task_ids
    with pytest.raises(AirflowFailException, match="can't be drawn"):
        drawn["churn"].get_task("broken").python_callable()


def _operator(command: Path, monkeypatch: pytest.MonkeyPatch, **options: str) -> JobOperator:
    monkeypatch.setenv("AIRFLOW__CLEARWELL__COMMAND", str(command))
    return JobOperator(task_id="job", stage="seal", options={"--dataset": "churn"}, **options)


@pytest.mark.parametrize(
    ("script", "answers", "result"),
    [
        ('echo \'{"run": "r1"}\'', "run", "r1"),
        ('echo \'{"run": "r1"}\'', None, None),
        ("echo nothing", "run", AirflowFailException),
        ("echo '{}'", "run", AirflowFailException),
        ("exit 3", "run", AirflowFailException),
        ("exit 1", "run", AirflowException),
        ("kill -9 $$", None, AirflowException),
    ],
)
def test_exit_status_and_answer_of_a_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, answers: str | None, result: str | type | None
) -> None:
    """A gate and an unreadable answer are final, other failures are retried; an answer is returned if asked for."""
    command = tmp_path / "job"
    command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    command.chmod(0o755)
    operator = _operator(command, monkeypatch, **({"answers": answers} if answers else {}))
    if isinstance(result, type):
        with pytest.raises(result) as failure:
            operator.execute({"params": {}})
        assert type(failure.value) is result
    else:
        assert operator.execute({"params": {}}) == result


@pytest.mark.parametrize(
    ("stage", "source", "fresh", "expected"),
    [
        ("extract", "crm", True, ["job", "extract", "--dataset", "churn", "--source", "crm", "--fresh"]),
        ("refine", None, False, ["job", "refine", "--dataset", "churn"]),
        ("seal", None, True, ["job", "seal", "--dataset", "churn", "--fresh"]),
    ],
)
def test_command_line(stage: str, source: str | None, fresh: bool, expected: list[str]) -> None:
    """A job is told its source, if it has one, and whether to do again what is done."""
    operator = JobOperator(task_id="job", stage=stage, source=source, options={"--dataset": "churn"})
    assert operator.command(fresh=fresh)[1:] == expected
