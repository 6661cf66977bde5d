"""Shows the tasks of a run while it runs: one line a task."""

import time
from collections.abc import Iterator

from rich.console import Console
from rich.live import Live
from rich.table import Table

from pipeline.dags.client import AirflowClient, TaskState

MARKS = {
    "success": "[green]✓[/]",
    "failed": "[red]✗[/]",
    "upstream_failed": "[dim]–[/]",
    "running": "[cyan]●[/]",
    "up_for_retry": "[yellow]↻[/]",
}
RUN_ENDED = ("success", "failed")
POLL_SECONDS = 0.5


class Progress:
    """Follows one run.

    Args:
        console: where to; without a terminal one plain line is printed when a task starts, and one when it ends.
        client: Airflow.
        dag: name of the DAG.
        run: Airflow's id of the run.
        order: the tasks' names in the order in which they run.
        sources: what the mapped tasks pull, by their index.
    """

    def __init__(
        self,
        console: Console,
        client: AirflowClient,
        dag: str,
        run: str,
        order: tuple[str, ...],
        sources: tuple[str, ...],
    ) -> None:
        self._console = console
        self._client = client
        self._dag = dag
        self._run = run
        self._order = order
        self._sources = sources
        self._said: dict[str, str] = {}
        self._shown: dict[str, str | None] = {}
        self._began: dict[tuple[str, int], float] = {}

    def follow(self) -> Iterator[None]:
        """Show the tasks until the run has ended; yields after each look, so that the caller can do its own checks."""
        if not self._console.is_terminal:
            for tasks in self._looks():
                self._print_changes(tasks)
                yield
            return
        with Live(console=self._console, refresh_per_second=4) as live:
            for tasks in self._looks():
                live.update(self._table(tasks))
                yield

    def failed(self) -> list[TaskState]:
        """The tasks that failed by themselves."""
        return [task for task in self._tasks() if task.state == "failed"]

    def said_by(self, task: TaskState) -> list[str]:
        """The lines that a task's job said."""
        return self._client.said(self._dag, self._run, task)

    def name(self, task: TaskState) -> str:
        """The task's name, and its source where it is mapped."""
        return task.task if task.map_index < 0 else f"{task.task} {self._sources[task.map_index]}"

    def _looks(self) -> Iterator[list[TaskState]]:
        ended = False
        while not ended:
            ended = self._client.run_state(self._dag, self._run) in RUN_ENDED
            tasks = self._tasks()
            for task in tasks:
                self._note(task)
            yield tasks
            if not ended:
                time.sleep(POLL_SECONDS)

    def _tasks(self) -> list[TaskState]:
        place = {name: index for index, name in enumerate(self._order)}
        return sorted(self._client.tasks(self._dag, self._run), key=lambda task: (place[task.task], task.map_index))

    def _note(self, task: TaskState) -> None:
        name = self.name(task)
        if task.state == "running":
            self._began.setdefault((name, task.tries), time.monotonic())
        if task.state == "success" and name not in self._said:
            ticks = [line for line in self.said_by(task) if line.startswith("✓")]
            last = ticks[-1] if ticks else ""
            self._said[name] = last.removeprefix("✓").strip().removeprefix(f"{task.task}:").strip()

    def _table(self, tasks: list[TaskState]) -> Table:
        table = Table.grid(padding=(0, 2))
        for task in tasks:
            mark = MARKS.get(task.state or "", "[dim]·[/]")
            table.add_row(mark, self.name(task), self._seconds(task), f"[dim]{self._said.get(self.name(task), '')}[/]")
        return table

    def _seconds(self, task: TaskState) -> str:
        if task.state == "running":
            return f"{time.monotonic() - self._began[self.name(task), task.tries]:.0f} s"
        return f"{task.seconds:.0f} s" if task.seconds else ""

    def _print_changes(self, tasks: list[TaskState]) -> None:
        for task in tasks:
            name = self.name(task)
            if self._shown.get(name) != task.state and task.state in MARKS:
                seconds = "" if task.state == "running" else self._seconds(task)
                line = f"{name:<28} {task.state:<16} {seconds:>6}  {self._said.get(name, '')}"
                print(line.rstrip(), flush=True)
            self._shown[name] = task.state
