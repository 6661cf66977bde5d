"""One DAG per dataset folder, drawn from dataset.yaml and platform.yaml."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, BaseOperator, Param, task
from airflow.sdk.exceptions import AirflowFailException

from pipeline.contracts.dataset import known_datasets
from pipeline.dags.operators import JobOperator
from pipeline.dags.outline import SPARK_POOL, DatasetOutline, StageOutline, read_outline, read_stages
from pipeline.errors import ContractError
from pipeline.settings import load_settings

RETRIES = 2
FIRST_RETRY = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=10)
SEAL_TIMEOUT = timedelta(minutes=10)
SYNC_POLL_SECONDS = 2.0


def draw(dataset: DatasetOutline, stages: tuple[StageOutline, ...]) -> DAG:
    """Draw extract, mapped over the sources, then seal, then every further stage on the run that seal named.

    Where an Airbyte server writes a source's files, its sync comes first.
    """
    with DAG(
        dag_id=dataset.name,
        dag_display_name=dataset.title,
        description=dataset.title,
        doc_md=_documentation(dataset, stages),
        schedule=None,
        catchup=False,
        max_active_runs=1,
        tags=["clearwell", dataset.owner],
        params={
            "as_of": Param(
                dataset.as_of.isoformat(),
                type="string",
                format="date",
                description="Nothing later than this day is read",
            ),
            "fresh": Param(False, type="boolean", description="Redo what is already done"),
        },
        default_args={
            "owner": dataset.owner,
            "retries": RETRIES,
            "retry_delay": FIRST_RETRY,
            "retry_exponential_backoff": True,
            "max_retry_delay": LONGEST_WAIT,
        },
    ) as dag:
        pull = {"--dataset": dataset.name, "--as-of": "{{ params.as_of }}"}
        run = {"--dataset": dataset.name, "--run": "{{ ti.xcom_pull(task_ids='seal') }}"}
        first, *later = stages
        extract = JobOperator.partial(
            task_id=first.name,
            stage=first.name,
            options=pull,
            execution_timeout=timedelta(minutes=first.timeout_minutes),
            map_index_template="{{ task.source }}",
        ).expand(source=list(dataset.sources))
        previous = JobOperator(
            task_id="seal", stage="seal", options=pull, answers="run", execution_timeout=SEAL_TIMEOUT
        )
        if dataset.syncs:
            _syncs(dataset, timedelta(minutes=first.timeout_minutes)) >> extract
        extract >> previous
        for stage in later:
            job = JobOperator(
                task_id=stage.name,
                stage=stage.name,
                options=run,
                execution_timeout=timedelta(minutes=stage.timeout_minutes),
                **({"pool": SPARK_POOL} if stage.runs == "emr" else {}),
            )
            previous >> job
            previous = job
    return dag


def _syncs(dataset: DatasetOutline, timeout: timedelta) -> list[BaseOperator]:
    """One task for each connection on the Airbyte server, however many sources it feeds.

    The server's address and credentials are Airflow's connection `airbyte_default`. It is waited for in the triggerer
    where `[operators] default_deferrable` is set, and cancelled where the task is killed or times out.
    """
    # A DAG without an Airbyte server does not wait for its client's import.
    from airflow.providers.airbyte.operators.airbyte import AirbyteTriggerSyncOperator  # noqa: PLC0415

    fed: dict[str, str] = {}
    for name, connection in dataset.syncs.items():
        fed.setdefault(connection, name)
    return [
        AirbyteTriggerSyncOperator(
            task_id=f"sync_{name}",
            connection_id=connection,
            execution_timeout=timeout,
            timeout=timeout.total_seconds(),
            wait_seconds=SYNC_POLL_SECONDS,
        )
        for connection, name in fed.items()
    ]


def draw_broken(name: str, error: ContractError) -> DAG:
    """A DAG that says why it can't be drawn; the other datasets' DAGs are none the worse."""
    with DAG(
        dag_id=name, schedule=None, catchup=False, tags=["clearwell", "broken"], doc_md=f"```\n{error}\n```"
    ) as dag:

        @task(task_id="broken", retries=0)  # type: ignore[untyped-decorator]
        def broken() -> None:
            raise AirflowFailException(str(error))

        broken()
    return dag


def draw_all(roots: Iterable[Path]) -> dict[str, DAG]:
    """The DAG of every dataset below `roots`, by name; of two with one name the first, as the jobs have it."""
    stages = read_stages()
    dags: dict[str, Any] = {}
    for name, folders in sorted(known_datasets(roots).items()):
        try:
            dags[name] = draw(read_outline(folders[0]), stages)
        except ContractError as error:
            dags[name] = draw_broken(name, error)
    return dags


def _documentation(dataset: DatasetOutline, stages: tuple[StageOutline, ...]) -> str:
    sources = "\n".join(f"* `{source}`" for source in dataset.sources)
    order = " → ".join(["extract", "seal", *(stage.name for stage in stages[1:])])
    return f"""### {dataset.title}

Owner: {dataset.owner}. Stages: {order}.
A stage that fails leaves what was published untouched; a retry of what is already done does nothing.
A stage that a gate stopped is not retried: its log says the rule, the figure and the threshold.

Sources, pulled one task each:

{sources}

`clearwell versions {dataset.name}` lists the versions, `clearwell verify {dataset.name}` checks the latest.
"""


globals().update(draw_all(load_settings().dataset_roots))
