"""Slips in limits, formats, patterns and accepted values: each is refused with its line."""

from pathlib import Path

import pytest

from tests.contracts.club import refusal

SLIPS = [
    pytest.param(
        "{minimum: 0, maximum: 100000}",
        "{minLength: 0}",
        "39: pay.amount: unknown word minLength\n"
        "  allowed: exclusiveMaximum, exclusiveMinimum, format, maximum, minimum, multipleOf",
        id="option of another type",
    ),
    pytest.param(
        "{minimum: 0, maximum: 100000}",
        "{minimum: abc}",
        "39: pay.amount.minimum: is no number\n  given:   a text\n  allowed: such as 0, 2.5 or 1e6, without quotes",
        id="minimum that is a text",
    ),
    pytest.param(
        "{minimum: 0, maximum: 100000}",
        "{minimum: 7, maximum: 3}",
        "39: pay.amount: no value is left between minimum and maximum\n  hint:    are they exchanged?",
        id="minimum above maximum",
    ),
    pytest.param(
        "{minimum: 0, maximum: 100000}",
        "{minimum: 7, exclusiveMaximum: 7}",
        "39: pay.amount: no value is left between minimum and exclusiveMaximum\n  hint:    are they exchanged?",
        id="minimum at an exclusive maximum",
    ),
    pytest.param(
        "{minimum: 0, maximum: 100000}",
        "{multipleOf: 0}",
        "39: pay.amount.multipleOf: is no step\n  given:   0\n  allowed: a number above 0",
        id="step of nothing",
    ),
    pytest.param(
        "{minimum: 0, maximum: 100000}",
        "{maximum: 1e999}",
        "39: pay.amount.maximum: is no number\n  given:   infinity\n  allowed: such as 0, 2.5 or 1e6, without quotes",
        id="infinite limit",
    ),
    pytest.param(
        "{minimum: 0, maximum: 100000}",
        "{format: f16}",
        "39: pay.amount.format: unknown format of a number\n"
        "  given:   f16\n"
        "  allowed: f32, f64\n"
        "  hint:    did you mean f64?",
        id="unknown number format",
    ),
    pytest.param(
        "maxLength: 10}",
        "minLength: 11, maxLength: 10}",
        "19: pay.pay_id: no value is left between minLength and maxLength\n  hint:    are they exchanged?",
        id="lengths exchanged",
    ),
    pytest.param(
        "maxLength: 10}",
        "maxLength: -1}",
        "19: pay.pay_id.maxLength: is no length\n  given:   a number\n  allowed: 0, 1, 2 and so on",
        id="length below nothing",
    ),
    pytest.param(
        "maxLength: 10}",
        "maxLength: true}",
        "19: pay.pay_id.maxLength: is no length\n  given:   true or false\n  allowed: 0, 1, 2 and so on",
        id="length that is true",
    ),
    pytest.param(
        "maxLength: 10}",
        "format: emial}",
        "19: pay.pay_id.format: unknown format of a string\n"
        "  given:   emial\n"
        "  allowed: email, uuid, uri, hostname, ipv4, ipv6\n"
        "  hint:    did you mean email?",
        id="format of a string",
    ),
    pytest.param(
        "maxLength: 10}",
        "format: password}",
        "19: pay.pay_id.format: password is not checked\n"
        "  given:   password\n"
        "  allowed: email, uuid, uri, hostname, ipv4, ipv6\n"
        "  hint:    drop the column; a contract can't tell a password from another text",
        id="format that is not checked",
    ),
    pytest.param(
        "{minimum: '1990-01-01'}",
        "{minimum: '1990-02-30'}",
        "32: pay.paid_on.minimum: does not fit the type\n  given:   a text\n  allowed: a date such as '2019-12-31'",
        id="day that is not in the calendar",
    ),
    pytest.param(
        "{minimum: '1990-01-01'}",
        "{minimum: 01.01.1990}",
        "32: pay.paid_on.minimum: does not fit the type\n  given:   a text\n  allowed: a date such as '2019-12-31'",
        id="day in another form",
    ),
    pytest.param(
        "{minimum: '1990-01-01'}",
        "{timezone: true}",
        "32: pay.paid_on: unknown word timezone\n"
        "  allowed: exclusiveMaximum, exclusiveMinimum, format, maximum, minimum",
        id="date with a time zone",
    ),
    pytest.param(
        "{minimum: '1990-01-01'}",
        "{format: dd.MM.yy}",
        "32: pay.paid_on: format can't be read: yy is not understood\n  given:   dd.MM.yy",
        id="format of a date",
    ),
    pytest.param(
        "logicalType: timestamp",
        "logicalType: timestamp\n        logicalTypeOptions: {format: 'yyyy-MM-dd HH:mm', timezone: true}",
        "43: pay.recorded_at: timezone does not fit the format\n"
        "  given:   timezone true\n"
        "  hint:    XXX in the format is the zone; without a format a timestamp has one, a time has none",
        id="time zone without a zone",
    ),
    pytest.param(
        "logicalType: timestamp",
        "logicalType: timestamp\n        logicalTypeOptions: {defaultTimezone: Europe/Berlin}",
        "43: pay.recorded_at: a time without a zone is UTC\n  given:   a text\n  allowed: UTC, Etc/UTC, Z",
        id="another zone",
    ),
    pytest.param(
        "logicalType: timestamp",
        "logicalType: time\n        logicalTypeOptions: {format: 'HH:mmXXX'}",
        "43: pay.recorded_at: format can't be read: a time has no zone\n  given:   HH:mmXXX",
        id="time of day with a zone",
    ),
    pytest.param(
        "logicalType: timestamp",
        "logicalType: time\n        logicalTypeOptions: {format: 'H:mm'}",
        "43: pay.recorded_at: format can't be read: a time of day has two digits each, HH:mm\n  given:   H:mm",
        id="time of day of one digit",
    ),
    pytest.param(
        "logicalType: timestamp",
        "logicalType: time\n        logicalTypeOptions: {maximum: '24:00'}",
        "43: pay.recorded_at.maximum: does not fit the type\n"
        "  given:   a text\n"
        "  allowed: a time of day such as '08:30' or '08:30:00'",
        id="hour that is not on the clock",
    ),
    pytest.param(
        "'^P[0-9]+$'",
        "'^P([0-9]+$'",
        "19: pay.pay_id.pattern: pattern can't be read: a ( that nothing closes\n"
        "  given:   ^P([0-9]+$\n"
        "  allowed: signs, [ ], ( ), (?: ), |, * + ? {n,m}, ^ $ \\d \\w \\s \\b \\p{L} and escaped signs\n"
        "  hint:    see contracts/patterns.py; let each repeat end at a sign that it can't match, such "
        "as [^,]*,",
        id="pattern that does not compile",
    ),
    pytest.param(
        "'^P[0-9]+$'",
        "'^P([0-9]+)*$'",
        "19: pay.pay_id.pattern: pattern is not safe: a repeat whose inside can match one text in two "
        "ways: it takes exponential time\n"
        "  given:   ^P([0-9]+)*$\n"
        "  allowed: signs, [ ], ( ), (?: ), |, * + ? {n,m}, ^ $ \\d \\w \\s \\b \\p{L} and escaped signs\n"
        "  hint:    see contracts/patterns.py; let each repeat end at a sign that it can't match, such "
        "as [^,]*,",
        id="pattern that explodes",
    ),
    pytest.param(
        "'^P[0-9]+$'",
        "'^(?=P)[0-9]+$'",
        "19: pay.pay_id.pattern: pattern can't be read: look-around, flags or names after (?; only ( ) "
        "and (?: ) are read\n"
        "  given:   ^(?=P)[0-9]+$\n"
        "  allowed: signs, [ ], ( ), (?: ), |, * + ? {n,m}, ^ $ \\d \\w \\s \\b \\p{L} and escaped signs\n"
        "  hint:    see contracts/patterns.py; let each repeat end at a sign that it can't match, such "
        "as [^,]*,",
        id="pattern that looks ahead",
    ),
    pytest.param(
        "'^P[0-9]+$'",
        "7",
        "19: pay.pay_id.pattern: a pattern is a text\n  given:   7\n  hint:    put it in quotes",
        id="pattern without quotes",
    ),
    pytest.param(
        "[fee, gift]",
        "[fee, 7]",
        "28: pay.kind: is no text\n  given:   a number\n  hint:    put it in quotes",
        id="accepted value of another type",
    ),
    pytest.param(
        "[fee, gift]",
        "[fee, true]",
        "28: pay.kind: is no text\n  given:   true or false\n  hint:    put it in quotes",
        id="accepted value that is a truth",
    ),
    pytest.param(
        "[fee, gift]",
        "[fee, gift, fee]",
        "28: pay.kind: an accepted value is there twice\n  given:   value 3 of 3",
        id="accepted value twice",
    ),
    pytest.param(
        "[fee, gift]",
        "[]",
        "28: pay.kind: accepted values are a list that is not empty",
        id="nothing accepted",
    ),
    pytest.param(
        "        quality: [{metric: invalidValues",
        "        enum: [{value: fee}]\n        quality: [{metric: invalidValues",
        "28: pay.kind: accepted values are said twice\n  hint:    by enum or by invalidValues",
        id="accepted values twice",
    ),
    pytest.param(
        "        quality: [{metric: invalidValues, arguments: {validValues: [fee, gift]}, mustBe: 0}]",
        "        enum: [{vale: fee}]",
        "28: pay.kind: unknown word vale\n"
        "  allowed: authoritativeDefinitions, customProperties, description, id, label, tags, value\n"
        "  hint:    did you mean value?",
        id="unknown word of an accepted value",
    ),
]


@pytest.mark.parametrize(("old", "new", "says"), SLIPS)
def test_a_limit_that_does_not_hold_is_refused_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    """One edit of a good contract, and all that is said of it."""
    assert refusal(tmp_path, old, new) == says
