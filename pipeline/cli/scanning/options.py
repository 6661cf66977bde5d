"""What the options of `clearwell scan` ask for, opened: the search, its filter, and what there is to say of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.scanning.roster import Known, nobody, roster_of_dataset, roster_of_file
from pipeline.cli.scanning.shown import disjoint
from pipeline.errors import SettingsError

if TYPE_CHECKING:
    from pipeline.privacy.explained import Reason
    from pipeline.privacy.search import Search
    from pipeline.privacy.spans import Span


@dataclass(frozen=True)
class Options:
    """As they stand on the command line; empty for what was not said."""

    patterns_only: bool
    json: bool
    dataset: str
    roster: Path | None
    names: str
    threshold: float | None
    types: str
    stock: bool


@dataclass(frozen=True)
class Opened:
    """A search that is ready.

    Attributes:
        find: the spans of each text that are wanted.
        explain: all findings of one text, with their reasons.
        knows_people: whether a roster was used.
        notes: what a person should know of the search.
    """

    find: "Callable[[list[str]], list[list[Span]]]"
    explain: "Callable[[str], list[Reason]]"
    knows_people: bool
    notes: tuple[str, ...]


def open_search(options: Options) -> Opened:
    """Load what the options ask for.

    Raises:
        SettingsError: they contradict each other, or name what is not there.
        ContractError: the dataset, or one of its recognizers, can't be read.
    """
    _refuse_contradictions(options)
    known = nobody("") if options.stock or options.patterns_only else _known(options)
    search = _search(options, known)
    wanted = _wanted(options, search.entity_types)
    least = options.threshold or 0.0

    def chosen(spans: "list[Span]") -> "list[Span]":
        kept = [span for span in spans if span.score >= least and (not wanted or span.entity_type in wanted)]
        return disjoint(kept) if options.stock and not options.json else kept

    def find(texts: "list[str]") -> "list[list[Span]]":
        return [chosen(spans) for spans in search.find(texts)]

    return Opened(find, search.explain, bool(known.source), _notes(options, known))


def _search(options: Options, known: Known) -> "Search":
    from pipeline.contracts.dataset import open_dataset
    from pipeline.privacy.names.plausible import plausible_names
    from pipeline.privacy.own.loaded import load_recognizers
    from pipeline.privacy.search import pattern_search, redaction_search, stock_search
    from pipeline.settings import load_settings

    if options.stock:
        return stock_search()
    settings = load_settings()
    folder = open_dataset(settings.dataset_roots, options.dataset).folder if options.dataset else None
    recognizers = load_recognizers(folder) if folder else ()
    if options.patterns_only and options.json:
        return pattern_search(recognizers)
    reference = "none" if options.patterns_only else options.names or settings.name_model
    return redaction_search(recognizers, known.roster, plausible_names(reference), known.source)


def _known(options: Options) -> Known:
    if options.roster:
        return roster_of_file(options.roster)
    if options.dataset:
        return roster_of_dataset(options.dataset)
    return nobody("neither --roster nor --dataset says whom to know")


def _refuse_contradictions(options: Options) -> None:
    who = [word for word, said in (("--roster", options.roster), ("--names", options.names)) if said]
    for mode, said, others in (
        ("--patterns-only", options.patterns_only, who),
        ("--stock", options.stock, [*who, *(["--dataset"] if options.dataset else [])]),
    ):
        if said and others:
            raise SettingsError(f"{mode} leaves no room for {others[0]}", given=" ".join([mode, *others]), allowed=mode)


def _wanted(options: Options, known: frozenset[str]) -> frozenset[str]:
    from pipeline.privacy.recognizers import SCORE_THRESHOLD

    if options.threshold is not None and options.threshold < SCORE_THRESHOLD and not options.stock:
        allowed = f"{SCORE_THRESHOLD} to 1; what scores less is never masked"
        hint = "--stock shows weaker matches, too"
        raise SettingsError("--threshold is too low", given=options.threshold, allowed=allowed, hint=hint)
    wanted = frozenset(filter(None, (word.strip().upper() for word in options.types.split(","))))
    if unknown := sorted(wanted - known):
        raise SettingsError("no such entity type", given=", ".join(unknown), allowed=", ".join(sorted(known)))
    return wanted


def _notes(options: Options, known: Known) -> tuple[str, ...]:
    if options.stock:
        return ("Presidio's defaults without a language model: neither names nor places were looked for",)
    if options.patterns_only:
        return ("patterns only: neither roster nor name model was used",)
    return (f"no roster was used: {known.note}",) if known.note else (f"people known from {known.source}",)
