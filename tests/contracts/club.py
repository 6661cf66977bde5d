"""Two contracts of a club, one referring to the other: good ones, for tests to make one slip in."""

from pathlib import Path

from pipeline.contracts.load import load_contracts
from pipeline.contracts.model import Contract
from pipeline.errors import ContractError

PAY = """\
apiVersion: v3.1.0
kind: DataContract
id: club.pay
version: 1.0.0
status: active
schema:
  - name: pay
    customProperties:
      - {property: identity, value: {member: [member_id]}}
      - {property: eventTime, value: paid_on}
    quality:
      - {metric: rowCount, mustBeGreaterThan: 0}
      - {type: custom, engine: clearwell, name: ends later, implementation: "ends_on >= paid_on"}
      - {type: sql, name: few unpaid, query: "SELECT count(*) FROM ${table} WHERE amount IS NULL", mustBeLessThan: 5}
    relationships:
      - {from: [member_id, kind], to: [people.member_id, people.kind]}
    properties:
      - name: pay_id
        logicalTypeOptions: {pattern: '^P[0-9]+$', maxLength: 10}
        primaryKey: true
        customProperties: [{property: privacy, value: {action: pseudonymise, domain: pay}}]
      - name: member_id
        required: true
        relationships:
          - {to: people.member_id, customProperties: [{property: condition, value: paid_on >= parent.joined_on}]}
        customProperties: [{property: privacy, value: {action: pseudonymise, domain: member}}]
      - name: kind
        quality: [{metric: invalidValues, arguments: {validValues: [fee, gift]}, mustBe: 0}]
        customProperties: [{property: privacy, value: {action: keep, purpose: 'dpv:MemberPartnerManagement'}}]
      - name: paid_on
        logicalType: date
        logicalTypeOptions: {minimum: '1990-01-01'}
        customProperties: [{property: privacy, value: {action: keep}}]
      - name: ends_on
        logicalType: date
        customProperties: [{property: privacy, value: {action: keep}}]
      - name: amount
        logicalType: number
        logicalTypeOptions: {minimum: 0, maximum: 100000}
        customProperties: [{property: privacy, value: {action: rank, within: [kind]}}]
      - name: recorded_at
        logicalType: timestamp
        customProperties: [{property: privacy, value: {action: keep}}]
      - name: remark
        customProperties: [{property: privacy, value: {action: drop}}]
"""
PEOPLE = """\
apiVersion: v3.1.0
kind: DataContract
schema:
  - name: people
    properties:
      - name: member_id
        primaryKey: true
        customProperties: [{property: privacy, value: {action: pseudonymise, domain: member}}]
      - name: kind
        customProperties: [{property: privacy, value: {action: keep}}]
      - name: sponsor_id
        customProperties: [{property: privacy, value: {action: pseudonymise, domain: sponsor}}]
      - name: name
        customProperties: [{property: privacy, value: {action: drop}}]
      - name: joined_on
        logicalType: date
        customProperties: [{property: privacy, value: {action: keep}}]
"""


def load_club(folder: Path, pay: str = PAY, people: str = PEOPLE) -> dict[str, Contract]:
    """Both contracts, read together."""
    (folder / "pay.odcs.yaml").write_text(pay)
    (folder / "people.odcs.yaml").write_text(people)
    return load_contracts(folder, ["people", "pay"])


def refusal(folder: Path, old: str, new: str) -> str:
    """What is said of the contract of pay with `new` in place of the first `old`; without long lists of words."""
    assert old in PAY
    try:
        load_club(folder, PAY.replace(old, new, 1))
    except ContractError as error:
        lines = str(error).removeprefix("pay.odcs.yaml:").splitlines()
        return "\n".join(line for line in lines if not (line.startswith("  allowed:") and len(line) > 90))
    return "not refused"
