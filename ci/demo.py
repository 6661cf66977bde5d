"""`make demo`: a company, its systems, and a published dataset with its report, by a real Airflow.

Stopped at any moment and started again it goes on; what is published already is not done again.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from rich.console import Console

from ci.demo_company import Company
from ci.demo_progress import Progress
from ci.signals import AskedToEndError, raise_when_asked_to_end
from pipeline.dags.outline import read_outline, read_stages
from pipeline.dags.standalone import StandaloneAirflow, running_airflow
from pipeline.engines.local import run_job
from pipeline.errors import ClearwellError
from pipeline.evidence.record import read_evidence
from pipeline.release.versions import Version, list_versions
from pipeline.settings import SHIPPED_DATASETS, Settings, load_settings
from pipeline.storage.zones import open_zones

DATASET = "attrition"
CLEARWELL = Path(sys.executable).with_name("clearwell")
#: Lines of a failed task that are shown; its whole log lies in Airflow's page.
LINES = 15


def main() -> int:
    """Run the demo; exit status 1 where it fails, 130 where it was stopped."""
    options = _options()
    console = Console(highlight=False)
    raise_when_asked_to_end()
    try:
        return demo(console, options)
    except ClearwellError as error:
        Console(stderr=True, highlight=False).print(f"[bold red]error:[/] {error}", markup=True)
        return 1
    except (KeyboardInterrupt, AskedToEndError):
        console.print("stopped; [bold]make demo[/] goes on from here")
        return 130


def demo(console: Console, options: argparse.Namespace) -> int:
    """Start Airflow, generate the company meanwhile, run the DAG, and say what came of it."""
    began = time.monotonic()
    settings = load_settings().model_copy(update={"datasets": (SHIPPED_DATASETS,), "production": False})
    settings.root.mkdir(parents=True, exist_ok=True)
    company = Company(settings.root, options.employees, options.years, options.seed)
    with console.status(f"a company of {options.employees:,} employees over {options.years} years"):
        company.generate(CLEARWELL)
    settings = settings.model_copy(update={"connections": company.connect()})
    anew = company.must_be_pulled_anew(asked=options.fresh)
    if not anew and (version := published_before(settings)):
        _tell(console, version, f"published before; [bold]make demo FRESH=1[/] does it again ({_since(began)})")
        return 0
    with running_airflow(settings) as airflow:
        if not _run(console, airflow, anew=anew):
            return 1
    company.was_pulled()
    version = list_versions(open_zones(settings.root).published, DATASET)[0]
    _tell(console, version, f"published ({_since(began)})")
    return 0


def published_before(settings: Settings) -> Version | None:
    """The version of the run that the landing as it is would have, if that run was published."""
    day = read_outline(SHIPPED_DATASETS / DATASET).as_of
    zones = open_zones(settings.root)
    known = {version.version: version for version in list_versions(zones.published, DATASET)}
    if not known:
        return None
    environment = {"CLEARWELL_HOME": str(settings.root)}
    words = [str(CLEARWELL), "job", "seal", "--dataset", DATASET, "--as-of", day.isoformat()]
    sealed = run_job(words, environment, on_line=lambda _: None)
    if sealed.status != 0:
        return None
    published = read_evidence(zones.evidence, DATASET, json.loads(sealed.answer)["run"]).get("publish")
    return known.get(published["version"]) if published else None


def _run(console: Console, airflow: StandaloneAirflow, *, anew: bool) -> bool:
    """Run the DAG to its end; whether it ended well."""
    with console.status("Airflow starts"):
        airflow.wait_until_ready()
        airflow.wait_for_dag(DATASET)
    console.print(f"[green]✓[/] Airflow is up: {airflow.url} [dim](while the demo runs)[/]")
    run = airflow.client.trigger(DATASET, {"fresh": anew})
    first, *later = (stage.name for stage in read_stages())
    sources = read_outline(SHIPPED_DATASETS / DATASET).sources
    progress = Progress(console, airflow.client, DATASET, run, (first, "seal", *later), sources)
    for _ in progress.follow():
        airflow.check()
    failed = progress.failed()
    for task in failed:
        console.print(f"[red]✗[/] {progress.name(task)} failed; the last that it said:")
        for line in progress.said_by(task)[-LINES:]:
            console.print(f"    {line}", markup=False, soft_wrap=True)
    if failed:
        console.print("next:\n  make demo      [dim]goes on from here[/]\n  make airflow   [dim]shows the whole log[/]")
    return airflow.client.run_state(DATASET, run) == "success"


def _tell(console: Console, version: Version, how: str) -> None:
    folder = Path(version.path)
    console.print(f"[green]✓[/] [bold]{DATASET} {version.version}[/]: {version.rows:,} rows, {how}", soft_wrap=True)
    console.print(f"  data    {folder / DATASET}.csv", soft_wrap=True)
    console.print(f"  report  {folder / 'report.html'}", soft_wrap=True)
    console.print("[dim]next:[/]\n  . .venv/bin/activate")
    for command in ("versions", "verify", "quarantine list"):
        console.print(f"  clearwell {command} {DATASET}")
    console.print("  make airflow")


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=2000, help="persons ever employed")
    parser.add_argument("--years", type=int, default=20, help="years of history")
    parser.add_argument("--seed", type=int, default=7, help="same seed, same company")
    parser.add_argument("--fresh", action="store_true", help="pull and compute everything again")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
