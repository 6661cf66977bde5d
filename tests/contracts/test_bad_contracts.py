"""Slips in a contract's file, head, columns and roles: each is refused with its line."""

from pathlib import Path

import pytest

from tests.contracts.club import refusal

SLIPS = [
    pytest.param(
        "kind: DataContract",
        "kind:\n\t- DataContract",
        "3: not YAML\n  given:   found character that cannot start any token",
        id="tab",
    ),
    pytest.param(
        "status: active",
        "status: [active",
        "6: not YAML\n  given:   did not find expected ',' or ']'",
        id="unclosed bracket",
    ),
    pytest.param(
        "status: active",
        "status: active\nid: club.other",
        "6: id is there twice\n  given:   lines 3 and 6\n  hint:    keep one of them",
        id="key twice",
    ),
    pytest.param(
        "        required: true\n",
        "        required: true\n        required: false\n",
        "24: required is there twice\n  given:   lines 23 and 24\n  hint:    keep one of them",
        id="key of a column twice",
    ),
    pytest.param(
        "schema:\n",
        "---\nschema:\n",
        "6: a second document\n  hint:    one document a file: remove the ---",
        id="two documents",
    ),
    pytest.param(
        "status: active",
        "status: !!python/name:os.system active",
        "5: tags are not read\n"
        "  given:   tag:yaml.org,2002:python/name:os.system\n"
        "  hint:    remove it; quote what is text",
        id="tag",
    ),
    pytest.param(
        "status: active",
        "status: *other",
        "5: an alias of nothing\n  given:   other",
        id="alias of nothing",
    ),
    pytest.param(
        "status: active",
        "status: act\x07ive",
        "5: a control character\n  given:   0x7\n  hint:    remove it",
        id="control character",
    ),
    pytest.param(
        "apiVersion: v3.1.0",
        "apiVersion: v2.2.2",
        "1: unknown apiVersion\n"
        "  given:   v2.2.2\n"
        "  allowed: v3.0.0, v3.0.1, v3.0.2, v3.1.0, v3.2.0\n"
        "  hint:    did you mean v3.2.0?",
        id="old standard",
    ),
    pytest.param(
        "apiVersion: v3.1.0\n",
        "",
        "1: unknown apiVersion\n  given:   nothing\n  allowed: v3.0.0, v3.0.1, v3.0.2, v3.1.0, v3.2.0",
        id="no standard",
    ),
    pytest.param(
        "kind: DataContract",
        "kind: DataProduct",
        "2: unknown kind\n  given:   DataProduct\n  allowed: DataContract\n  hint:    did you mean DataContract?",
        id="another kind",
    ),
    pytest.param(
        "status: active",
        "statsu: active",
        "5: unknown word statsu\n  hint:    did you mean status?",
        id="unknown word at the top",
    ),
    pytest.param(
        "version: 1.0.0",
        "version: 1.0",
        "4: version is a text\n  given:   1.0\n  hint:    put it in quotes",
        id="version that is a number",
    ),
    pytest.param(
        "  - name: pay\n",
        "  - name: pays\n",
        "6: a contract has one schema, with its source's name\n  given:   pays\n  allowed: pay",
        id="another source",
    ),
    pytest.param(
        "schema:\n  - name: pay\n",
        "schema:\n    name: pay\n",
        "6: schema is a list\n  given:   a mapping",
        id="schema is a mapping",
    ),
    pytest.param(
        "schema:\n",
        "schema:\n  - name: other\n",
        "6: a contract has one schema, with its source's name\n  given:   other, pay\n  allowed: pay",
        id="two schemas",
    ),
    pytest.param(
        "    quality:\n",
        "    qualty:\n",
        "11: pay: unknown word qualty\n  hint:    did you mean quality?",
        id="unknown word of a source",
    ),
    pytest.param(
        "        primaryKey: true",
        "        primarykey: true",
        "20: pay.pay_id: unknown word primarykey\n  hint:    did you mean primaryKey?",
        id="unknown word of a column",
    ),
    pytest.param(
        "      - name: paid_on\n",
        "      - businessName: paid_on\n",
        "30: pay: a column needs a name\n"
        "  hint:    letters of ASCII, digits and _; where the source has another name, say it as "
        "physicalName",
        id="column without a name",
    ),
    pytest.param(
        "      - name: paid_on\n",
        "      - name: ''\n",
        "30: pay: a column needs a name\n"
        "  hint:    letters of ASCII, digits and _; where the source has another name, say it as "
        "physicalName",
        id="empty name",
    ),
    pytest.param(
        "      - name: paid_on\n",
        "      - name: paid on\n",
        "30: pay: not a column's name\n"
        "  given:   paid on\n"
        "  hint:    letters of ASCII, digits and _; where the source has another name, say it as "
        "physicalName",
        id="name that is no identifier",
    ),
    pytest.param(
        "      - name: paid_on\n",
        "      - name: _locator\n",
        "30: pay: not a column's name\n"
        "  given:   _locator\n"
        "  hint:    letters of ASCII, digits and _; where the source has another name, say it as "
        "physicalName",
        id="name that is ours",
    ),
    pytest.param(
        "      - name: ends_on\n",
        "      - name: Paid_on\n",
        "34: pay.Paid_on: two columns have one name, as SQL takes no notice of case\n  given:   lines 30 and 34",
        id="same name in another case",
    ),
    pytest.param(
        "required: true",
        "required: yes",
        "23: pay.member_id: required is true or false\n  given:   yes",
        id="required as a word",
    ),
    pytest.param(
        "logicalType: number",
        "logicalType: float",
        "38: pay.amount: unknown logicalType\n"
        "  given:   float\n"
        "  allowed: string, integer, number, boolean, date, timestamp, time",
        id="unknown type",
    ),
    pytest.param(
        "logicalType: number",
        "logicalType: object",
        "38: pay.amount: object is no type of a column\n"
        "  allowed: string, integer, number, boolean, date, timestamp, time\n"
        "  hint:    make each field inside a column, with physicalName for its place, such as "
        "address.city",
        id="object",
    ),
    pytest.param(
        "logicalType: number",
        "logicalType: array",
        "38: pay.amount: array is no type of a column\n"
        "  allowed: string, integer, number, boolean, date, timestamp, time\n"
        "  hint:    make each item that is needed a column, with physicalName for its place",
        id="array",
    ),
    pytest.param(
        "        logicalType: number\n",
        "        logicalType: number\n        properties: [{name: cents}]\n",
        "39: pay.amount: properties is not obeyed\n"
        "  hint:    make each field inside a column, with physicalName for its place, such as "
        "address.city",
        id="nested properties",
    ),
    pytest.param(
        "        logicalType: number\n",
        "        logicalType: number\n        transformLogic: a + b\n",
        "39: pay.amount: transformLogic is not obeyed\n"
        "  hint:    a contract says what comes in; compute it in features.py",
        id="transformation",
    ),
    pytest.param(
        "        logicalType: number\n",
        "        logicalType: number\n        encryptedName: amount_enc\n",
        "39: pay.amount: encryptedName is not obeyed\n  hint:    say what happens to the column by its privacy action",
        id="encrypted name",
    ),
    pytest.param(
        "        logicalType: number\n",
        "        logicalType: number\n        items: {logicalType: string}\n",
        "39: pay.amount: items is not obeyed\n"
        "  hint:    make each field inside a column, with physicalName for its place, such as "
        "address.city",
        id="items",
    ),
    pytest.param(
        "        logicalType: number\n",
        "        logicalType: number\n        primaryKeyPosition: 2\n",
        "39: pay.amount: primaryKeyPosition without primaryKey: true",
        id="key position without a key",
    ),
    pytest.param(
        "        logicalType: number\n",
        "        logicalType: number\n        semanticType: measure\n",
        "39: pay.amount: a measure is not computed here\n  hint:    compute it in features.py",
        id="measure",
    ),
    pytest.param(
        "        logicalType: number\n",
        "        logicalType: number\n        physicalName: 7\n",
        "39: pay.amount: physicalName is a text\n  hint:    put it in quotes",
        id="physicalName that is a number",
    ),
    pytest.param(
        "        primaryKey: true\n",
        "",
        "7: pay: no primaryKey\n  hint:    mark the columns that tell one record from another",
        id="no key",
    ),
    pytest.param(
        "{action: pseudonymise, domain: pay}",
        "{action: drop}",
        "20: pay.pay_id: a key can't be dropped\n  given:   privacy action drop\n  hint:    pseudonymise it",
        id="key dropped",
    ),
    pytest.param(
        "{property: privacy, value: {action: rank",
        "{property: privcy, value: {action: rank",
        "40: pay.amount: unknown custom property\n"
        "  given:   privcy\n"
        "  allowed: booleans, decimal, onMismatch, privacy\n"
        "  hint:    did you mean privacy?",
        id="unknown custom property",
    ),
    pytest.param(
        "[{property: privacy, value: {action: rank",
        "[{property: decimal, value: ','}, {property: decimal, value: '.'}, {property: privacy, value: {action: rank",
        "40: pay.amount: decimal is there twice\n  hint:    keep one of them",
        id="custom property twice",
    ),
    pytest.param(
        "        customProperties: [{property: privacy, value: {action: rank, within: [kind]}}]\n",
        "",
        "37: pay.amount: a column needs a privacy action\n"
        "  allowed: keep, drop, pseudonymise, redact, band, rank, ratio, truncate, round, aggregate\n"
        "  hint:    customProperties: [{property: privacy, value: {action: drop}}]",
        id="no privacy",
    ),
    pytest.param(
        "{action: rank, within: [kind]}",
        "{action: ranked, within: [kind]}",
        "40: pay.amount: a column needs a privacy action\n"
        "  given:   ranked\n"
        "  allowed: keep, drop, pseudonymise, redact, band, rank, ratio, truncate, round, aggregate\n"
        "  hint:    did you mean rank?",
        id="unknown action",
    ),
    pytest.param(
        "{action: rank, within: [kind]}",
        "{action: rank, witin: [kind]}",
        "40: pay.amount: unknown word witin\n"
        "  allowed: action, basis, purpose, roster, specialCategory, within\n"
        "  hint:    did you mean within?",
        id="unknown word of privacy",
    ),
    pytest.param(
        "within: [kind]",
        "within: [knd]",
        "40: pay.amount.within: no column knd\n"
        "  given:   knd\n"
        "  allowed: kind, ends_on, pay_id, amount, remark, paid_on, member_id, recorded_at\n"
        "  hint:    did you mean kind?",
        id="group that is not there",
    ),
    pytest.param(
        "within: [kind]",
        "within: [max(kind)]",
        "40: pay.amount.within: a row rule sees one row\n"
        "  given:   max\n"
        "  allowed: such as end_date >= start_date\n"
        "  hint:    a rule over all rows is of type sql",
        id="group by an aggregate",
    ),
    pytest.param(
        "{action: rank, within: [kind]}",
        "{action: round, to: much}",
        "40: pay.amount: can't round to that\n  given:   much\n  allowed: a step above 0, such as 0.5",
        id="round to a word",
    ),
    pytest.param(
        "{action: keep, purpose: 'dpv:MemberPartnerManagement'}",
        "{action: truncate, to: 0}",
        "29: pay.kind: can't truncate to that\n  given:   0\n  allowed: a number of characters",
        id="truncate to nothing",
    ),
    pytest.param(
        "eventTime, value: paid_on",
        "eventTime, value: payed_on",
        "10: pay: names a column that is not there\n"
        "  given:   payed_on\n"
        "  allowed: paid_on, ends_on, pay_id, amount, recorded_at, member_id, kind, remark\n"
        "  hint:    did you mean paid_on?",
        id="event time that is not there",
    ),
    pytest.param(
        "{member: [member_id]}",
        "{member: []}",
        "9: pay: identity names one entity by one column, or by columns that link to it\n"
        "  given:   member\n"
        "  hint:    {property: identity, value: {employee: [employee_id], linksBy: [work_email]}}",
        id="identity of nothing",
    ),
    pytest.param(
        "{member: [member_id]}",
        "{member: [member_id], club: [kind]}",
        "9: pay: identity names one entity by one column, or by columns that link to it\n"
        "  given:   member, club\n"
        "  hint:    {property: identity, value: {employee: [employee_id], linksBy: [work_email]}}",
        id="identity of two entities",
    ),
    pytest.param(
        "{member: [member_id]}",
        "{member: [membr_id]}",
        "9: pay: names a column that is not there\n"
        "  given:   membr_id\n"
        "  allowed: member_id, pay_id, remark, kind, recorded_at, paid_on, ends_on, amount\n"
        "  hint:    did you mean member_id?",
        id="identity by an unknown column",
    ),
    pytest.param(
        "{member: [member_id]}",
        "member_id",
        "9: pay: identity is a mapping of words to values\n  given:   member_id",
        id="identity that is a word",
    ),
    pytest.param(
        "      - {property: eventTime",
        "      - {property: newColumns, value: allow}\n      - {property: eventTime",
        "10: pay: unknown newColumns\n  given:   allow\n  allowed: freeze, evolve, discard_value, discard_row",
        id="evolution",
    ),
]


@pytest.mark.parametrize(("old", "new", "says"), SLIPS)
def test_a_slip_is_refused_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    """One edit of a good contract, and all that is said of it."""
    assert refusal(tmp_path, old, new) == says
