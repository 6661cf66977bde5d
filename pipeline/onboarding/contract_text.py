"""A proposed source as an ODCS contract, each proposal with its reason as a comment beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.onboarding.names import words_of
from pipeline.onboarding.proposal import Proposal
from pipeline.onboarding.proposed import RECORD_NUMBER, ProposedColumn, ProposedSource
from pipeline.onboarding.yaml_text import comment, flow, quoted

#: Percent of rejected records from which a run stops.
_MOST_REJECTED = 5
_TEXT = frozenset({"str"})
_MEANT: Mapping[str, str] = {
    "rank": "quantile among all rows", "band": "in bands", "redact": "without personal data", "round": "rounded",
    "pseudonymise": "keyed pseudonym",
}  # fmt: skip


def contract_text(proposal: Proposal, source: ProposedSource) -> str:
    """The file `contracts/<source>.odcs.yaml`."""
    return "\n".join([*_head(proposal, source), *_columns(proposal, source), *_rules(), ""])


def _head(proposal: Proposal, source: ProposedSource) -> Iterator[str]:
    sampled = source.sampled
    seen = f"all {sampled.records:,} records" if sampled.whole else f"{sampled.records:,} of the records"
    yield comment(f"Proposed by `clearwell new` after a look at {seen}. It is yours: read it, change it, run it.")
    yield comment("A column without a privacy action is refused; `clearwell preview` shows what each one does.")
    yield "apiVersion: v3.1.0"
    yield "kind: DataContract"
    yield f"id: {proposal.name}.{source.name}"
    yield "version: 1.0.0"
    yield "status: draft"
    yield "schema:"
    yield f"  - name: {flow(source.name)}"
    yield "    logicalType: object"
    yield "    customProperties:"
    yield f"      {comment(f'each {proposal.entity} is known by it; sources that name it are joined')}"
    identity = {proposal.entity: [source.key.entity or RECORD_NUMBER]}
    yield f"      - {flow({'property': 'identity', 'value': identity})}"
    if source.key.time:
        yield f"      {comment('when it happened, and was known')}"
        yield f"      - {flow({'property': 'eventTime', 'value': source.key.time})}"
        yield f"      - {flow({'property': 'knowledgeTime', 'value': source.key.time})}"
    yield "    properties:"


def _columns(proposal: Proposal, source: ProposedSource) -> Iterator[str]:
    if not source.key.columns:
        yield from _record_number(proposal, source)
    for item in source.columns:
        yield from _column(proposal, source, item)
    for place, why in source.sampled.left_out.items():
        yield f"      {comment(f'left out: {place}: {why}')}"


def _record_number(proposal: Proposal, source: ProposedSource) -> Iterator[str]:
    yield f"      - name: {RECORD_NUMBER}  {comment(source.key.why)}"
    yield '        physicalName: "record:number"'
    yield "        logicalType: string"
    yield "        required: true"
    yield "        primaryKey: true"
    yield "        customProperties:"
    domain = source.name if source.key.entity else proposal.entity
    yield f"          - {{property: privacy, value: {flow({'action': 'pseudonymise', 'domain': domain})}}}"


def _column(proposal: Proposal, source: ProposedSource, item: ProposedColumn) -> Iterator[str]:
    rules = item.limits
    yield f"      - name: {flow(item.name)}"
    yield f"        physicalName: {quoted(item.profile.place)}"
    yield f"        description: {quoted(_description(item))}"
    yield f"        logicalType: {logical_type(source, item)}{_doubt(item)}"
    if item.name in source.key.columns:
        number = source.key.columns.index(item.name) + 1
        yield f"        primaryKey: true  {comment(source.key.why)}"
        yield f"        primaryKeyPosition: {number}"
    if rules.required or item.name in source.key.columns:
        yield f"        required: true  {comment(rules.required or 'a key')}"
    options = _options(source, item)
    if options:
        yield f"        logicalTypeOptions: {flow(options)}{f'  {comment(rules.options_why)}' if rules.options else ''}"
    if item.name == source.key.entity and source is not proposal.main:
        main = proposal.main
        yield f"        relationships:  {comment(f'a {proposal.entity} that {main.name} does not know is rejected')}"
        yield f"          - {{type: foreignKey, to: {main.name}.{main.key.entity}}}"
    yield from _quality(source, item)
    yield "        customProperties:"
    yield from _custom(source, item)


def logical_type(source: ProposedSource, item: ProposedColumn) -> str:
    """The type to read the column as: what needs no type is read as text, so that no value is of a wrong one."""
    if source.sampled.json_kinds:
        return item.profile.type.logical_type  # JSON has types of its own
    as_text = item.treatment.action in ("drop", "pseudonymise", "redact") or item.meaning.word == "postcode"
    return "string" if as_text else item.profile.type.logical_type


def _options(source: ProposedSource, item: ProposedColumn) -> dict[str, Any]:
    if logical_type(source, item) != item.profile.type.logical_type:
        return {}
    form = {"format": item.profile.type.format} if item.profile.type.format else {}
    kept = item.limits.options if item.treatment.action != "pseudonymise" else None
    return {**form, **(kept or {})}


def _quality(source: ProposedSource, item: ProposedColumn) -> Iterator[str]:
    found = []
    if item.limits.valid_values and logical_type(source, item) == "string":
        values = {"metric": "invalidValues", "arguments": {"validValues": item.limits.valid_values}, "mustBe": 0}
        found.append(f"          - {flow(values)}  {comment('every value there is')}")
    if item.profile.missing and item.limits.most_missing is not None:
        words = {
            "metric": "missingValues",
            "arguments": {"missingValues": item.profile.missing},
            "mustBeLessOrEqualTo": item.limits.most_missing,
            "unit": "percent",
            "severity": "warning",
        }
        found.append(f"          - {flow(words)}  {comment('words that stand for no value')}")
    if found:
        yield "        quality:"
        yield from found


def _custom(source: ProposedSource, item: ProposedColumn) -> Iterator[str]:
    treatment, kind = item.treatment, logical_type(source, item)
    yield f"          {comment(f'{treatment.action}: {treatment.why}')}"
    if treatment.keep:
        yield f"          {comment(f'instead: {treatment.keep}')}"
    yield f"          - {{property: privacy, value: {flow(treatment.privacy)}}}"
    if kind == "number" and item.profile.type.decimal == ",":
        yield '          - {property: decimal, value: ","}'
    if kind == "boolean" and item.profile.type.booleans:
        yield f"          - {{property: booleans, value: {_words(item)}}}"
    if kind == "string" and source.sampled.json_kinds.get(item.profile.place, _TEXT) - _TEXT:
        yield f"          - {{property: onMismatch, value: evolve}}  {comment('numbers and booleans as their text')}"
    elif item.profile.type.misfits and kind == item.profile.type.logical_type:
        lost = f"{item.profile.type.misfits:,} values of another type become null, counted"
        yield f"          - {{property: onMismatch, value: discard_value}}  {comment(lost)}"
    elif source.sampled.json_kinds and treatment.action == "drop":
        yield "          - {property: onMismatch, value: discard_value}"


def _words(item: ProposedColumn) -> str:
    return "{" + ", ".join(f"{quoted(word)}: {flow(means)}" for word, means in item.profile.type.booleans.items()) + "}"


def _doubt(item: ProposedColumn) -> str:
    return f"  {comment(item.profile.type.doubt)}" if item.profile.type.doubt else ""


def _description(item: ProposedColumn) -> str:
    own = " ".join(words_of(item.profile.place)).capitalize() or item.name
    more = _MEANT.get(item.treatment.action, "")
    if item.treatment.action == "truncate":
        to = str(item.treatment.privacy["to"])
        more = f"first {to} characters" if to.isdigit() else f"the {to}"
    return f"{own} ({more})" if more else own


def _rules() -> Iterator[str]:
    rule = {
        "name": "few rejected records", "type": "custom", "engine": "clearwell", "implementation": "rejectedRows",
        "mustBeLessThan": _MOST_REJECTED, "unit": "percent", "severity": "error",
    }  # fmt: skip
    yield "    quality:"
    yield f"      - {flow(rule)}  {comment('more of them stop the run')}"
