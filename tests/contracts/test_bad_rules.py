"""Slips in quality rules, SQL and relationships: each is refused with its line."""

from pathlib import Path

import pytest

from tests.contracts.club import refusal

SLIPS = [
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "rowCount",
        "12: pay: quality lists mappings of words to values\n  given:   rowCount",
        id="rule that is a word",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowcount, mustBeGreaterThan: 0}",
        "12: pay: unknown metric of the whole source\n"
        "  given:   rowcount\n"
        "  allowed: rowCount, duplicateValues\n"
        "  hint:    did you mean rowCount?",
        id="unknown metric",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: nullValues, mustBe: 0}",
        "12: pay: nullValues is no metric of the whole source\n  allowed: rowCount, duplicateValues",
        id="metric of a column",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{type: libary, metric: rowCount, mustBe: 0}",
        "12: pay: unknown type of rule\n"
        "  given:   libary\n"
        "  allowed: library, sql, custom, text\n"
        "  hint:    did you mean library?",
        id="unknown type of rule",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, mustBeGreatherThan: 0}",
        "12: pay: unknown word mustBeGreatherThan\n  hint:    did you mean mustBeGreaterThan?",
        id="unknown word of a rule",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount}",
        "12: pay: a threshold has one operator\n  given:   none",
        id="no operator",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, mustBeGreaterThan: 0, mustBeLessThan: 5}",
        "12: pay: a threshold has one operator\n  given:   mustBeGreaterThan, mustBeLessThan",
        id="two operators",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, mustBeGreaterThan: many}",
        "12: pay: mustBeGreaterThan takes a number\n  hint:    numbers without quotes",
        id="threshold that is a text",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, mustBeBetween: [5]}",
        "12: pay: mustBeBetween takes two numbers\n  hint:    numbers without quotes",
        id="one number between",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, mustBeBetween: [5, 3]}",
        "12: pay: mustBeBetween takes two numbers that ascend\n  given:   [5, 3]",
        id="numbers that fall",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, mustBeGreaterThan: 101, unit: percent}",
        "12: pay: a percentage is 0 to 100\n  given:   101",
        id="no percentage",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, mustBeGreaterThan: 1, unit: per cent}",
        "12: pay: unknown unit\n  given:   per cent\n  allowed: rows, percent\n  hint:    did you mean percent?",
        id="unknown unit",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, mustBeGreaterThan: 0, severity: critical}",
        "12: pay: unknown severity\n  given:   critical\n  allowed: info, warning, error",
        id="unknown severity",
    ),
    pytest.param(
        "arguments: {validValues: [fee, gift]}",
        "arguments: {validvalues: [fee, gift]}",
        "28: pay.kind: unknown argument validvalues\n"
        "  allowed: validValues, pattern\n"
        "  hint:    did you mean validValues?",
        id="unknown argument",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, rule: rowCount, mustBeGreaterThan: 0}",
        "12: pay: metric and rule are one word of two versions\n  hint:    remove rule",
        id="metric and rule",
    ),
    pytest.param(
        "name: few unpaid",
        "name: ends later",
        "14: pay: the rule name ends later is taken\n"
        "  given:   lines 13 and 14\n"
        "  hint:    give each rule a name of its own",
        id="rule name twice",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, mustBeGreaterThan: 0}\n      - {metric: rowCount, mustBeLessThan: 9}",
        "13: pay: the rule name rowCount is taken\n"
        "  given:   lines 12 and 13\n"
        "  hint:    give each rule a name of its own",
        id="two gates without names",
    ),
    pytest.param(
        "name: ends later",
        "name: primaryKey",
        "13: pay: the rule name primaryKey is taken\n"
        "  given:   it is ours\n"
        "  hint:    give each rule a name of its own",
        id="rule name that is ours",
    ),
    pytest.param(
        "name: ends later, ",
        "",
        "13: pay: a row rule needs a name and a condition\n"
        "  hint:    {name: ends later, implementation: end_date >= start_date}",
        id="rule without a name",
    ),
    pytest.param(
        "engine: clearwell",
        "engine: soda",
        "13: pay: rules of another engine are not run\n"
        "  given:   soda\n"
        "  allowed: clearwell\n"
        "  hint:    write it as SQL",
        id="another engine",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{type: text}",
        "12: pay: a rule of type text needs a description",
        id="text without a text",
    ),
    pytest.param(
        "        logicalType: number\n",
        "        logicalType: number\n        unique: true\n",
        "39: pay.amount: amount can't be compared once it is refined\n"
        "  given:   privacy action rank\n"
        "  allowed: keep or pseudonymise",
        id="unique column that is ranked",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: duplicateValues, mustBe: 0}",
        "12: pay: duplicateValues of a source needs arguments.properties\n  allowed: columns, each once",
        id="duplicates of no column",
    ),
    pytest.param(
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: duplicateValues, mustBe: 0, arguments: {properties: [paid]}}",
        "12: pay: names a column that is not there\n"
        "  given:   paid\n"
        "  allowed: pay_id, paid_on, kind, member_id, amount, remark, ends_on, recorded_at\n"
        "  hint:    did you mean pay_id?",
        id="duplicates of an unknown column",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "ends_on >=",
        "13: pay.ends later: can't be read as Spark SQL\n  given:   ends_on >=\n  hint:    up to: ends_on >=",
        id="condition that ends early",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "end_on >= paid_on",
        "13: pay.ends later: no column end_on\n"
        "  given:   end_on\n"
        "  allowed: ends_on, paid_on, kind, recorded_at, member_id, pay_id, amount, remark\n"
        "  hint:    did you mean ends_on?",
        id="condition on an unknown column",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "people.ends_on >= paid_on",
        "13: pay.ends later: no column people.ends_on\n"
        "  given:   people.ends_on\n"
        "  allowed: ends_on, paid_on, recorded_at, member_id, kind, pay_id, amount, remark\n"
        "  hint:    did you mean ends_on?",
        id="condition on another table",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "amount + 1",
        "13: pay.ends later: is no condition\n  given:   amount + 1\n  allowed: such as end_date >= start_date",
        id="condition that is none",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "1 = 1",
        "13: pay.ends later: names no column\n  given:   1 = 1\n  allowed: such as end_date >= start_date",
        id="condition of no column",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "amount > avg(amount)",
        "13: pay.ends later: a row rule sees one row\n"
        "  given:   avg\n"
        "  allowed: such as end_date >= start_date\n"
        "  hint:    a rule over all rows is of type sql",
        id="condition on many rows",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "row_number() over (order by amount) = 1",
        "13: pay.ends later: a row rule sees one row\n"
        "  given:   window\n"
        "  allowed: such as end_date >= start_date\n"
        "  hint:    a rule over all rows is of type sql",
        id="condition with a window",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "member_id IN (SELECT member_id FROM people)",
        "13: pay.ends later: a row rule sees one row\n"
        "  given:   subquery\n"
        "  allowed: such as end_date >= start_date\n"
        "  hint:    a rule over all rows is of type sql",
        id="condition with a query",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "paid_on <= current_date",
        "13: pay.ends later: what is judged must be the same at every run\n"
        "  given:   current_date()\n"
        "  hint:    use columns only",
        id="condition by the clock",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "recorded_at <= now()",
        "13: pay.ends later: what is judged must be the same at every run\n"
        "  given:   now()\n"
        "  hint:    use columns only",
        id="condition by now()",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "rand() > 0.5",
        "13: pay.ends later: what is judged must be the same at every run\n"
        "  given:   rand()\n"
        "  hint:    use columns only",
        id="condition by chance",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "reflect('java.lang.System', 'exit', 0) = amount",
        "13: pay.ends later: this function may not be called here\n  given:   reflect()",
        id="condition that calls Java",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "datedif(ends_on, paid_on) > 0",
        "13: pay.ends later: no such function\n  given:   datedif()\n  hint:    did you mean datediff?",
        id="condition with an unknown function",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "ends_on >= paid_on -- always",
        "13: pay.ends later: SQL without comments and semicolons\n  given:   ends_on >= paid_on -- always",
        id="condition with a comment",
    ),
    pytest.param(
        "ends_on >= paid_on",
        "amount > 0; DROP TABLE pay",
        "13: pay.ends later: SQL without comments and semicolons\n  given:   amount > 0; DROP TABLE pay",
        id="condition with a second statement",
    ),
    pytest.param(
        "SELECT count(*) FROM ${table}",
        "SELECT count(*), 1 FROM ${table}",
        "14: pay.query: a rule's query gives one number\n"
        "  given:   SELECT count(*), 1 FROM `pay` WHERE amount IS NULL\n"
        "  allowed: such as SELECT count(*) FROM ${table} WHERE ${column} > 100\n"
        "  hint:    select one aggregate, without GROUP BY",
        id="query of two values",
    ),
    pytest.param(
        "SELECT count(*) FROM ${table}",
        "SELECT amount FROM ${table}",
        "14: pay.query: a rule's query gives one number\n"
        "  given:   SELECT amount FROM `pay` WHERE amount IS NULL\n"
        "  allowed: such as SELECT count(*) FROM ${table} WHERE ${column} > 100\n"
        "  hint:    select one aggregate, without GROUP BY",
        id="query of many rows",
    ),
    pytest.param(
        "WHERE amount IS NULL",
        "GROUP BY kind",
        "14: pay.query: a rule's query gives one number\n"
        "  given:   SELECT count(*) FROM `pay` GROUP BY kind\n"
        "  allowed: such as SELECT count(*) FROM ${table} WHERE ${column} > 100\n"
        "  hint:    select one aggregate, without GROUP BY",
        id="query by group",
    ),
    pytest.param(
        "SELECT count(*) FROM ${table}",
        "DELETE FROM ${table}",
        "14: pay.query: a rule's query is one SELECT\n"
        "  given:   DELETE FROM `pay` WHERE amount IS NULL\n"
        "  allowed: such as SELECT count(*) FROM ${table} WHERE ${column} > 100",
        id="query that deletes",
    ),
    pytest.param(
        "SELECT count(*) FROM ${table}",
        "SELECT count(*) FROM csv.`/etc/hosts`",
        "14: pay.query: a rule's query reads sources of the dataset by name\n"
        "  given:   another kind of table\n"
        "  allowed: such as SELECT count(*) FROM ${table} WHERE ${column} > 100",
        id="query of a file",
    ),
    pytest.param(
        "SELECT count(*) FROM ${table}",
        "SELECT count(*) FROM peopel",
        "14: pay: no source peopel\n  given:   peopel\n  allowed: people, pay\n  hint:    did you mean people?",
        id="query of an unknown source",
    ),
    pytest.param(
        "WHERE amount IS NULL",
        "WHERE amuont IS NULL",
        "14: pay: no column amuont among those kept\n"
        "  given:   amuont\n"
        "  allowed: amount, paid_on, ends_on, recorded_at, kind, pay_id, member_id\n"
        "  hint:    did you mean amount?",
        id="query of an unknown column",
    ),
    pytest.param(
        "WHERE amount IS NULL",
        "WHERE remark IS NULL",
        "14: pay: no column remark among those kept\n"
        "  given:   remark\n"
        "  allowed: member_id, recorded_at, kind, amount, pay_id, ends_on, paid_on",
        id="query of a dropped column",
    ),
    pytest.param(
        "WHERE amount IS NULL",
        "JOIN people ON true WHERE member_id IS NULL",
        "14: pay: member_id is in more than one table\n  hint:    write table.member_id",
        id="query of a column of two tables",
    ),
    pytest.param(
        "FROM ${table}",
        "FROM ${tabel}",
        "14: pay.query: nothing is put in for ${tabel}\n"
        "  allowed: ${table}, ${object}, ${schema}, ${column}, ${property} in queries",
        id="query with another placeholder",
    ),
    pytest.param(
        "FROM ${table}",
        "FROM ${table} TABLESAMPLE (10 PERCENT)",
        "14: pay.query: a rule's query reads sources of the dataset by name\n"
        "  given:   TableSample\n"
        "  allowed: such as SELECT count(*) FROM ${table} WHERE ${column} > 100",
        id="query of a sample",
    ),
    pytest.param(
        'query: "SELECT count(*) FROM ${table} WHERE amount IS NULL", ',
        "",
        "14: pay: a rule of type sql needs a query",
        id="no query",
    ),
    pytest.param(
        "to: people.member_id",
        "to: people",
        "25: pay.member_id: a relationship names `source.column`\n"
        "  given:   people\n"
        "  allowed: source.column, or schema/<source>/properties/<column>",
        id="reference to nothing",
    ),
    pytest.param(
        "to: people.member_id",
        "to: 'people.yaml#/schema/people/properties/member_id'",
        "25: pay.member_id: a relationship names `source.column`\n"
        "  given:   people.yaml#/schema/people/properties/member_id\n"
        "  allowed: source.column, or schema/<source>/properties/<column>\n"
        "  hint:    each contract of the dataset is known by its source's name",
        id="reference to another file",
    ),
    pytest.param(
        "{to: people.member_id",
        "{from: pay.member_id, to: people.member_id",
        "25: pay.member_id: from is not obeyed\n  hint:    it is the column itself",
        id="reference with from",
    ),
    pytest.param(
        "{to: people.member_id",
        "{type: foreignkey, to: people.member_id",
        "25: pay.member_id: unknown type of relationship\n"
        "  given:   foreignkey\n"
        "  allowed: foreignKey\n"
        "  hint:    did you mean foreignKey?",
        id="reference of another type",
    ),
    pytest.param(
        "to: people.member_id",
        "to: peple.member_id",
        "25: pay.member_id: no source peple\n  given:   peple\n  allowed: people, pay\n  hint:    did you mean people?",
        id="reference to an unknown source",
    ),
    pytest.param(
        "to: people.member_id",
        "to: people.membr_id",
        "25: pay.member_id: no column people.membr_id\n"
        "  given:   membr_id\n"
        "  allowed: member_id, sponsor_id, kind, name, joined_on\n"
        "  hint:    did you mean member_id?",
        id="reference to an unknown column",
    ),
    pytest.param(
        "to: people.member_id",
        "to: people.joined_on",
        "25: pay.member_id: member_id and people.joined_on can never be equal\n"
        "  given:   string pseudonymise member and date keep\n"
        "  hint:    give both the same logicalType and privacy action, and pseudonyms the same domain",
        id="reference to another type",
    ),
    pytest.param(
        "to: people.member_id",
        "to: people.name",
        "25: pay.member_id: name can't be compared once it is refined\n"
        "  given:   privacy action drop\n"
        "  allowed: keep or pseudonymise",
        id="reference to a dropped column",
    ),
    pytest.param(
        "to: people.member_id",
        "to: people.sponsor_id",
        "25: pay.member_id: member_id and people.sponsor_id can never be equal\n"
        "  given:   string pseudonymise member and string pseudonymise sponsor\n"
        "  hint:    give both the same logicalType and privacy action, and pseudonyms the same domain",
        id="reference to another domain",
    ),
    pytest.param(
        "paid_on >= parent.joined_on",
        "paid_on >= parent.joined",
        "25: pay.member_id.condition: no column parent.joined\n"
        "  given:   parent.joined\n"
        "  hint:    did you mean parent.joined_on?",
        id="reference whose condition names nothing",
    ),
    pytest.param(
        "paid_on >= parent.joined_on",
        "paid_on >= parent.",
        "25: pay.member_id: can't be read as Spark SQL\n"
        "  given:   paid_on >= parent.\n"
        "  hint:    up to: paid_on >= parent.",
        id="reference whose condition is no SQL",
    ),
    pytest.param(
        "paid_on >= parent.joined_on",
        "remark >= parent.joined_on",
        "25: pay.member_id.condition: no column remark\n  given:   remark",
        id="reference whose condition names a dropped column",
    ),
    pytest.param(
        "from: [member_id, kind]",
        "from: [member_id, kind, pay_id]",
        "16: pay: from and to name equally many columns\n  given:   3 and 2",
        id="reference of more columns than parents",
    ),
    pytest.param(
        "from: [member_id, kind]",
        "from: [people.member_id, people.kind]",
        "16: pay: from names columns of this source\n  given:   people\n  allowed: pay",
        id="reference of another source's columns",
    ),
    pytest.param(
        "to: [people.member_id, people.kind]",
        "to: [people.member_id, pay.kind]",
        "16: pay: to names columns of one source\n  given:   people, pay",
        id="reference to two sources",
    ),
    pytest.param(
        "from: [member_id, kind], to: [people.member_id, people.kind]",
        "from: member_id, to: [people.member_id]",
        "16: pay: from and to name equally many columns\n  given:   1 and 1",
        id="a list and a word",
    ),
]


@pytest.mark.parametrize(("old", "new", "says"), SLIPS)
def test_a_rule_that_can_not_be_obeyed_is_refused_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    """One edit of a good contract, and all that is said of it."""
    assert refusal(tmp_path, old, new) == says
