"""Composes the commands; turns every failure into one message and an exit status."""

import os
import re
import shlex
import sys
from typing import Annotated

import typer

from pipeline.cli import (
    audit,
    baseline,
    check,
    dictionary,
    erase,
    generate,
    job,
    keys,
    new,
    preview,
    processing,
    promote,
    quarantine,
    run,
    scan,
    subject,
    versions,
)
from pipeline.cli.output import errors, said_for_all
from pipeline.errors import AccountsError, ClearwellError, ContractError, GateError, PrivacyError, SettingsError

#: A verdict: trying again without a change ends in the same way, so an orchestrator should not retry.
VERDICT_STATUS = 3
_VERDICTS = (AccountsError, ContractError, GateError, PrivacyError)

_DEEPEST = 6  # causes that are named

app = typer.Typer(
    name="clearwell",
    help="A company's scattered, personal, messy data becomes ML datasets that can be trusted.",
    epilog="Start with: clearwell generate --employees 200 --years 5 --out company, then clearwell run attrition",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for module in (
    generate,
    new,
    preview,
    check,
    promote,
    run,
    job,
    scan,
    quarantine,
    baseline,
    versions,
    subject,
    erase,
    dictionary,
    processing,
    keys,
    audit,
):
    module.add_to(app)


@app.callback()
def _options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks; they may hold data values. Anywhere on the line.")
    ] = False,
    datasets: Annotated[
        str,
        typer.Option(
            "--datasets",
            metavar="DIR",
            help="Folder of dataset folders (or several, joined as in PATH), looked into before <home>/datasets and "
            "the shipped ones. Anywhere on the line; the same as CLEARWELL_DATASETS.",
        ),
    ] = "",
) -> None:
    if debug:
        os.environ["CLEARWELL_SPARK_LOG_LEVEL"] = "ERROR"
    if datasets:
        os.environ["CLEARWELL_DATASETS"] = datasets
        said_for_all.extend(("--datasets", shlex.quote(datasets)))


def main() -> None:
    """Run the command line and exit."""
    debug = "--debug" in sys.argv
    try:
        app(args=general_first(sys.argv[1:]))
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


def general_first(words: list[str]) -> list[str]:
    """The words of a command line with the options that every command has moved to its front; none after `--` is.

    Raises:
        SettingsError: `--datasets` is the last word.
    """
    end = words.index("--") if "--" in words else len(words)
    general: list[str] = []
    others: list[str] = []
    rest = iter(words[:end])
    for word in rest:
        if word == "--datasets":
            value = next(rest, None)
            if value is None:
                raise SettingsError("--datasets needs a folder", allowed="--datasets DIR")
            general += [word, value]
        elif word == "--debug" or word.startswith("--datasets="):
            general.append(word)
        else:
            others.append(word)
    return [*general, *others, *words[end:]]


def _own_words(error: Exception) -> str:
    """What can be said of a foreign error without quoting it, since it may quote data.

    A clearwell error that was raised inside a Spark worker comes back as text; its own message may be shown.
    """
    try:
        inner = re.search(r"pipeline\.errors\.\w+: (.+?)(?:\n\n|\Z)", str(error), re.DOTALL)
    except Exception:  # a Java error whose JVM is gone can't say what it is
        inner = None
    if inner:
        return inner.group(1)
    kinds = " from ".join(_kinds(error))
    return f"{kinds} was raised\n  hint:    clearwell --debug shows where; its text may hold data values"


def _kinds(error: BaseException) -> list[str]:
    """The error's class and, for one of Java's, the classes of its causes: names only."""
    kinds = [f"{type(error).__module__}.{type(error).__qualname__}"]
    try:
        cause = getattr(error, "java_exception", None)
        while cause is not None and len(kinds) < _DEEPEST:
            kinds.append(str(cause.getClass().getName()))
            cause = cause.getCause()
    except Exception:
        kinds.append("a JVM that is gone")
    return kinds


def _complain(message: str) -> None:
    first, _, rest = message.partition("\n")
    errors.print(f"[bold red]error:[/] {_escaped(first)}", highlight=False, soft_wrap=True)
    if rest:
        errors.print(_escaped(rest), highlight=False, style="dim", soft_wrap=True)


def _escaped(text: str) -> str:
    return text.replace("[", "\\[")
