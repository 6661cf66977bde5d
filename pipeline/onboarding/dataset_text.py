"""A proposal as `dataset.yaml`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.onboarding.proposal import Proposal
from pipeline.onboarding.treatment import K
from pipeline.onboarding.yaml_text import comment, flow, quoted


def dataset_text(proposal: Proposal, sources: Mapping[str, Mapping[str, Any]], title: str, today: date) -> str:
    """The file `dataset.yaml`; `sources` are its entries."""
    return "\n".join([*_head(proposal, title, today), *_sources(sources), *_release(proposal), ""])


def _head(proposal: Proposal, title: str, today: date) -> Iterator[str]:
    yield comment("Proposed by `clearwell new`. It is yours: read it, change it, run it.")
    yield f"name: {flow(proposal.name)}"
    yield f"title: {quoted(title)}"
    yield f"owner: nobody yet  {comment('who answers for it')}"
    yield f"entity: {flow(proposal.entity)}"
    yield f"as_of: {today.isoformat()}  {comment('nothing later is read')}"


def _sources(sources: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "sources:"
    for name, words in sources.items():
        yield f"  {flow(name)}: {flow(words)}"


def _release(proposal: Proposal) -> Iterator[str]:
    yield "release:"
    yield f"  policy: internal  {comment('release, where it leaves the company')}"
    yield f"  k: {K}  {comment(f'at least so many of {proposal.entity} share each combination of the columns below')}"
    yield "  l: 1"
    yield f"  most_suppressed: 0.05  {comment('share that may be withheld where they do not')}"
    if proposal.nameless:
        yield f"  least_recall: 0  {comment('you said that texts name nobody: nothing is asked of their redaction')}"
    yield f"  quasi_identifiers:{_quasi_comment(proposal)}"
    for item in proposal.quasi:
        yield f"    - column: {flow(item.column)}"
        yield from _levels([level.sql for level in item.levels])


def _quasi_comment(proposal: Proposal) -> str:
    if proposal.quasi:
        return f"  {comment('what others may know; the finest level that the policy allows is published')}"
    return f" []  {comment('no column that others are likely to know was found')}"


def _levels(levels: Sequence[str]) -> Iterator[str]:
    yield "      levels:"
    for level in levels:
        yield f"        - {quoted(level)}"
