"""Composes the commands; turns every failure into one message and an exit status."""

import os
import re
import sys
from typing import Annotated

import typer

from pipeline.cli import audit, check, generate, job, quarantine, run, versions
from pipeline.cli.output import errors
from pipeline.errors import AccountsError, ClearwellError, ContractError, GateError, PrivacyError

#: A verdict: trying again without a change ends in the same way, so an orchestrator should not retry.
VERDICT_STATUS = 3
_VERDICTS = (AccountsError, ContractError, GateError, PrivacyError)

app = typer.Typer(
    name="clearwell",
    help="A company's scattered, personal, messy data becomes ML datasets that can be trusted.",
    epilog="Start with: clearwell generate --employees 200 --years 5 --out company, then clearwell run attrition",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for module in (generate, check, run, job, quarantine, versions, audit):
    module.add_to(app)


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks; they may hold data values.")] = False,
) -> None:
    if debug:
        os.environ["CLEARWELL_SPARK_LOG_LEVEL"] = "ERROR"


def main() -> None:
    """Run the command line and exit."""
    debug = "--debug" in sys.argv
    try:
        app()
    except ClearwellError as error:
        if debug:
            raise
        _complain(str(error))
        sys.exit(VERDICT_STATUS if isinstance(error, _VERDICTS) else 1)
    except Exception as error:
        if debug:
            raise
        _complain(_own_words(error))
        sys.exit(1)


def _own_words(error: Exception) -> str:
    """What can be said of a foreign error without quoting it, since it may quote data.

    A clearwell error that was raised inside a Spark worker comes back as text; its own message may be shown.
    """
    inner = re.search(r"pipeline\.errors\.\w+: (.+?)(?:\n\n|\Z)", str(error), re.DOTALL)
    if inner:
        return inner.group(1)
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{kind} was raised\n  hint:    clearwell --debug shows where; its text may hold data values"


def _complain(message: str) -> None:
    first, _, rest = message.partition("\n")
    errors.print(f"[bold red]error:[/] {_escaped(first)}", highlight=False)
    if rest:
        errors.print(_escaped(rest), highlight=False, style="dim")


def _escaped(text: str) -> str:
    return text.replace("[", "\\[")
