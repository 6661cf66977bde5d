"""The one operator: a stage's command, run by an engine."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from pipeline.engines.local import CompletedJob, LocalJob


class JobOperator(BaseOperator):  # type: ignore[misc]
    """Runs `clearwell job STAGE --option value...` to its end.

    The executable is Airflow's option `[clearwell] command`, by default `clearwell` on the PATH.

    Args:
        stage: the job's name.
        options: options and their values, templated.
        source: the source to pull; the only one that differs between mapped tasks.
        answers: name of the field of the job's answer (its last line of output, JSON) that others get by XCom.
    """

    template_fields: Sequence[str] = ("options",)

    def __init__(
        self,
        *,
        stage: str,
        options: Mapping[str, str],
        source: str | None = None,
        answers: str | None = None,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.stage = stage
        self.options = dict(options)
        self.source = source
        self.answers = answers
        self._job: LocalJob | None = None

    def execute(self, context: Mapping[str, Any]) -> str | None:
        """Run the job.

        Returns:
            The field `answers` of its answer, if asked for.

        Raises:
            AirflowFailException: a gate stopped it, or the answer can't be read; a retry would not help.
            AirflowException: it failed otherwise.
        """
        self._job = LocalJob(self.command(fresh=bool(context["params"].get("fresh"))))
        try:
            completed = self._job.wait()
        finally:
            self._job.end()
        if completed.gate_failed:
            raise AirflowFailException(f"{self.stage} was stopped by a gate; its message stands above")
        if completed.status != 0:
            raise AirflowException(f"{self.stage} ended with status {completed.status}; its message stands above")
        return self._answer(completed) if self.answers else None

    def on_kill(self) -> None:
        """End the job; `execute` returns as soon as nothing of it is left."""
        if self._job:
            self._job.let_go()

    def command(self, *, fresh: bool) -> list[str]:
        """The command line."""
        words = [conf.get("clearwell", "command", fallback="clearwell"), "job", self.stage]
        for option, value in self.options.items():
            words += [option, value]
        if self.source:
            words += ["--source", self.source]
        return [*words, "--fresh"] if fresh else words

    def _answer(self, completed: CompletedJob) -> str:
        try:
            return str(json.loads(completed.answer)[self.answers])
        except (ValueError, KeyError, TypeError):
            raise AirflowFailException(f"{self.stage} ended well but did not say its {self.answers}") from None
