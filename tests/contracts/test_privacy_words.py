"""What a contract may say of privacy: group figures, purposes and legal bases; and what it is told of slips."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts.model import Privacy, Processing
from pipeline.contracts.privacy_words import edge_text
from pipeline.contracts.processing import unexplained
from pipeline.errors import ContractError
from tests.contracts.club import PAY, load_club, refusal

AMOUNT = "{action: rank, within: [kind]}"
REMARK = "{action: drop}"
HEAD = "      - {property: eventTime"


@pytest.mark.parametrize(
    ("old", "new", "column", "expected"),
    [
        (AMOUNT, "{action: aggregate, within: [kind], figure: mean}", "amount", ("mean", "", 11, ("kind",))),
        (AMOUNT, "{action: aggregate, within: [], figure: median, least: 5}", "amount", ("median", "", 5, ())),
        (
            REMARK,
            "{action: aggregate, within: [kind], figure: share, of: sick, least: 20, specialCategory: true}",
            "remark",
            ("share", "sick", 20, ("kind",)),
        ),
    ],
)
def test_group_figures_are_read(tmp_path: Path, old: str, new: str, column: str, expected: tuple[Any, ...]) -> None:
    """Figure, value, least and group; the column reaches the refined table."""
    contract = load_club(tmp_path, PAY.replace(old, new, 1))["pay"]
    found = contract.column(column).privacy
    assert (found.figure, found.of, found.least, found.within) == expected
    assert column in [item.name for item in contract.kept_columns]


SLIPS = [
    pytest.param(
        AMOUNT,
        "{action: aggregate, within: [kind]}",
        "40: pay.amount: privacy action aggregate needs figure",
        id="none",
    ),
    pytest.param(
        AMOUNT,
        "{action: aggregate, figure: mean}",
        "40: pay.amount: privacy action aggregate needs within",
        id="no group",
    ),
    pytest.param(
        AMOUNT,
        "{action: aggregate, within: [kind], figure: average}",
        "40: pay.amount: unknown figure of a group\n  given:   average\n  allowed: mean, median, share",
        id="unknown figure",
    ),
    pytest.param(
        AMOUNT,
        "{action: aggregate, within: [kind], figure: share}",
        "40: pay.amount: no share of this type\n  given:   number\n  allowed: boolean, string",
        id="share of a number",
    ),
    pytest.param(
        REMARK,
        "{action: aggregate, within: [kind], figure: mean}",
        "45: pay.remark: no mean of this type\n  given:   string\n  allowed: integer, number",
        id="mean of a text",
    ),
    pytest.param(
        REMARK,
        "{action: aggregate, within: [kind], figure: share}",
        "45: pay.remark: a share of which value?\n  allowed: of: a text, in quotes if it is true or a number",
        id="share of nothing",
    ),
    pytest.param(
        REMARK,
        "{action: aggregate, within: [kind], figure: share, of: true}",
        "45: pay.remark: a share of which value?\n  allowed: of: a text, in quotes if it is true or a number",
        id="a word that is a boolean to YAML",
    ),
    pytest.param(
        AMOUNT,
        "{action: aggregate, within: [kind], figure: mean, of: fee}",
        "40: pay.amount: only a share is of a value\n  given:   mean\n  allowed: figure: share",
        id="mean of a value",
    ),
    pytest.param(
        "{action: keep, purpose: 'dpv:MemberPartnerManagement'}",
        "{action: aggregate, within: [paid_on], figure: share, of: fees}",
        "29: pay.kind.of: a share of a value that is never accepted\n"
        "  given:   fees\n  allowed: fee, gift\n  hint:    did you mean fee?",
        id="share of what can't be",
    ),
    pytest.param(
        AMOUNT,
        "{action: aggregate, within: [kind], figure: mean, least: 4}",
        "40: pay.amount: too few to hide in\n  given:   4\n  allowed: 5 entities or more; 11 if not said",
        id="too few",
    ),
    pytest.param(
        AMOUNT,
        "{action: aggregate, within: [kind], figure: mean, least: true}",
        "40: pay.amount: too few to hide in\n  given:   True\n  allowed: 5 entities or more; 11 if not said",
        id="no number",
    ),
    pytest.param(
        AMOUNT,
        "{action: rank, within: [kind], least: 5}",
        "40: pay.amount: unknown word least\n  allowed: action, basis, purpose, roster, specialCategory, within",
        id="least of a rank",
    ),
    pytest.param(
        "{action: keep, purpose: 'dpv:MemberPartnerManagement'}",
        "{action: pseudonymise, specialCategory: true}",
        "29: pay.kind: a special category can't be kept row by row\n"
        "  given:   pseudonymise\n  allowed: drop, aggregate",
        id="special category by row",
    ),
    pytest.param(
        AMOUNT,
        "{action: rank, within: [kind], purpose: 'dpv:HumanResourcesManagement'}",
        "40: pay.amount: not a purpose of the Data Privacy Vocabulary\n"
        "  given:   dpv:HumanResourcesManagement\n  allowed: such as dpv:HumanResourceManagement\n"
        "  hint:    did you mean dpv:HumanResourceManagement?",
        id="purpose nearly said",
    ),
    pytest.param(
        AMOUNT,
        "{action: rank, within: [kind], basis: LegitimateInterests}",
        "40: pay.amount: not a legal basis of the Data Privacy Vocabulary\n"
        "  given:   LegitimateInterests\n  allowed: such as dpv:LegitimateInterest, eu-gdpr:A9-2-b, dpdp:Consent\n"
        "  hint:    did you mean dpv:LegitimateInterest?",
        id="basis nearly said",
    ),
    pytest.param(
        AMOUNT,
        "{action: rank, within: [kind], basis: [dpv:Consent]}",
        "40: pay.amount: not a legal basis of the Data Privacy Vocabulary\n"
        "  given:   list\n  allowed: such as dpv:LegitimateInterest, eu-gdpr:A9-2-b, dpdp:Consent\n"
        "  hint:    did you mean dpv:Consent?",
        id="basis in a list",
    ),
    pytest.param(
        HEAD,
        "      - {property: processing, value: {subjects: [staff]}}\n" + HEAD,
        "10: pay: not a category of persons of the Data Privacy Vocabulary\n"
        "  given:   staff\n  allowed: such as dpv:Employee\n  hint:    https://w3id.org/dpv lists them",
        id="persons",
    ),
    pytest.param(
        HEAD,
        "      - {property: processing, value: {reason: profit}}\n" + HEAD,
        "10: pay: unknown word reason\n  allowed: basis, purpose, subjects",
        id="word of processing",
    ),
]


@pytest.mark.parametrize(("old", "new", "says"), SLIPS)
def test_a_slip_is_refused_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    """One edit of a good contract, and all that is said of it."""
    assert refusal(tmp_path, old, new) == says


def test_a_special_category_makes_no_groups(tmp_path: Path) -> None:
    """The rank or figure of a group would tell what its members have in common."""
    special = PAY.replace(REMARK, "{action: drop, specialCategory: true}")
    with pytest.raises(ContractError) as caught:
        load_club(tmp_path, special.replace("within: [kind]", "within: [kind, 'lower(remark)']"))
    assert (caught.value.what.partition(": ")[2], caught.value.given) == (
        "pay.amount.within: a group would tell a special category",
        ["remark"],
    )


def test_a_column_has_the_purpose_of_its_source_or_its_own(tmp_path: Path) -> None:
    """What the source says holds for each column that says nothing else, each word by itself."""
    told = "{purpose: dpv:PersonnelPayment, basis: dpv:Contract, subjects: [dpv:Member]}"
    text = PAY.replace(HEAD, f"      - {{property: processing, value: {told}}}\n{HEAD}", 1)
    contract = load_club(tmp_path, text.replace(AMOUNT, AMOUNT.replace("}", ", basis: dpv:LegalObligation}"), 1))["pay"]
    assert contract.processing == Processing("dpv:PersonnelPayment", "dpv:Contract", ("dpv:Member",))
    why = {item.name: (item.privacy.purpose, item.privacy.basis) for item in contract.columns}
    assert why["kind"] == ("dpv:MemberPartnerManagement", "dpv:Contract")
    assert why["amount"] == ("dpv:PersonnelPayment", "dpv:LegalObligation")
    assert why["remark"] == ("dpv:PersonnelPayment", "dpv:Contract")


def test_published_columns_about_persons_need_a_purpose_and_a_basis(tmp_path: Path) -> None:
    """A dropped column is not published; a source without identity is about nobody."""
    found = load_club(
        tmp_path, PAY.replace(AMOUNT, AMOUNT.replace("}", ", purpose: dpv:Marketing, basis: dpdp:Consent}"))
    )
    assert list(unexplained(found["pay"])) == ["pay_id", "member_id", "kind", "paid_on", "ends_on", "recorded_at"]
    assert found["people"].identity is None
    assert list(unexplained(found["people"])) == []


@pytest.mark.parametrize(
    ("edge", "text"), [(20, "20"), (0.5, "0.5"), (-10.0, "-10"), (1_000_001, "1000001"), (1e-7, "1e-07"), (0.1, "0.1")]
)
def test_edges_are_told_by_all_their_digits(edge: float, text: str) -> None:
    """Two edges never read the same."""
    assert edge_text(edge) == text


def test_privacy_says_nothing_by_itself() -> None:
    """Without words there is no figure, value or basis."""
    assert (Privacy("aggregate").figure, Privacy("aggregate").least, Privacy("keep").basis) == ("", 0, "")
