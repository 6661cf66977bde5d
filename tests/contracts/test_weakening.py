"""Weakened protections: what needs somebody's word, and what does not."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from pipeline.contracts.model import Column, Contract, Privacy
from pipeline.contracts.weakening import STRONGEST_FIRST, weakened, weaker

MEAN = Privacy("aggregate", within=("grade",), figure="mean", least=11)
KEY = Column("id", "string", Privacy("pseudonymise"), required=True)


def contract(*columns: Column) -> Contract:
    return Contract("x.pay", "pay", "1.0.0", (KEY, *columns), ("id",), None, None, None, (), (), "")


def found(old: Column, *new: Column) -> list[tuple[str, str, str]]:
    return [(item.where, item.before, item.after) for item in weakened(contract(old), contract(*new))]


def pay(action: Any, place: str = "", name: str = "pay", kind: Any = "string", **words: Any) -> Column:
    return Column(name, kind, Privacy(action, **words), place=place)


def test_the_order_of_actions() -> None:
    """Each action tells more of a value than the one before it, and never the other way round."""
    for stronger, less in pairwise(STRONGEST_FIRST):
        assert weaker(Privacy(stronger), Privacy(less))
        assert not weaker(Privacy(less), Privacy(stronger))


@pytest.mark.parametrize(
    ("old", "new", "is_weaker"),
    [
        (Privacy("keep"), Privacy("keep"), False),
        (Privacy("truncate", to="year"), Privacy("truncate", to="month"), True),
        (Privacy("truncate", to="month"), Privacy("truncate", to="year"), False),
        (Privacy("truncate", to="3"), Privacy("truncate", to="2"), False),
        (Privacy("truncate", to="3"), Privacy("truncate", to="4"), True),
        (Privacy("truncate", to="3"), Privacy("truncate", to="year"), True),
        (Privacy("round", to="100"), Privacy("round", to="1000"), False),
        (Privacy("round", to="100"), Privacy("round", to="99.5"), True),
        (Privacy("band", edges=(1, 2, 3)), Privacy("band", edges=(1, 3)), False),
        (Privacy("band", edges=(1, 3)), Privacy("band", edges=(1, 2, 3)), True),
        (Privacy("band", edges=(1, 3)), Privacy("band", edges=(1, 4)), True),
        (Privacy("rank", within=("grade",)), Privacy("rank", within=("country", "grade")), False),
        (Privacy("rank", within=("grade",)), Privacy("rank"), True),
        (Privacy("ratio", within=("grade",)), Privacy("ratio", within=("country",)), True),
        (Privacy("pseudonymise", domain="staff"), Privacy("pseudonymise"), False),
        (Privacy("pseudonymise"), Privacy("pseudonymise", domain="staff"), True),
        (Privacy("redact"), Privacy("redact", purpose="dpv:X"), False),
        (MEAN, replace(MEAN, least=20), False),
        (MEAN, replace(MEAN, least=5), True),
        (MEAN, replace(MEAN, within=()), False),
        (MEAN, replace(MEAN, within=("grade", "country")), True),
        (MEAN, replace(MEAN, figure="median"), True),
        (replace(MEAN, figure="share", of="a"), replace(MEAN, figure="share", of="b"), True),
    ],
)
def test_words_of_one_action(old: Privacy, new: Privacy, is_weaker: bool) -> None:
    """Within one action its words decide, and what can't be compared is weaker."""
    assert weaker(old, new) is is_weaker


COLUMNS = [
    pytest.param(pay("rank"), [pay("keep")], [("pay.privacy", "rank", "keep")], id="kept now"),
    pytest.param(pay("keep"), [pay("rank")], [], id="ranked now"),
    pytest.param(pay("redact"), [pay("keep")], [("pay.privacy", "redact", "keep")], id="redacted text kept"),
    pytest.param(
        pay("round", to="100"), [pay("round", to="10")], [("pay.privacy", "round 100", "round 10")], id="smaller step"
    ),
    pytest.param(pay("drop"), [], [], id="column gone"),
    pytest.param(
        pay("drop"),
        [pay("keep", place="pay", name="wage")],
        [("wage.privacy", "drop", "keep")],
        id="under another name",
    ),
    pytest.param(
        pay("rank"), [pay("rank"), pay("keep", place="pay", name="raw")], [("raw.privacy", "rank", "keep")], id="twice"
    ),
    pytest.param(pay("rank"), [pay("rank"), pay("keep", name="other")], [], id="another field"),
    pytest.param(pay("drop", place="a"), [pay("keep", place="b")], [("pay.privacy", "drop", "keep")], id="moved"),
    pytest.param(
        pay("truncate", to="4"),
        [pay("truncate", kind="date", to="month")],
        [("pay.privacy", "truncate 4", "truncate month")],
        id="truncation of another type",
    ),
    pytest.param(
        pay("drop", special_category=True), [pay("drop")], [("pay.specialCategory", "true", "false")], id="article 9"
    ),
    pytest.param(
        pay("drop", special_category=True),
        [pay("keep", place="pay", name="x")],
        [("x.privacy", "drop", "keep"), ("x.specialCategory", "true", "false")],
        id="article 9, renamed",
    ),
    pytest.param(pay("drop", roster="phone"), [pay("drop")], [("pay.roster", "phone", "none")], id="roster left"),
    pytest.param(pay("drop", roster="phone"), [], [("pay.roster", "phone", "none")], id="roster column gone"),
    pytest.param(
        pay("drop", roster="phone"), [pay("drop", place="pay", name="mobile", roster="phone")], [], id="roster renamed"
    ),
    pytest.param(pay("drop", roster="phone"), [pay("drop", roster="email")], [], id="roster of another kind"),
]


@pytest.mark.parametrize(("old", "new", "expected"), COLUMNS)
def test_columns(old: Column, new: list[Column], expected: list[tuple[str, str, str]]) -> None:
    """A field is followed by where it lies, under whatever name."""
    assert found(old, *new) == expected


def test_nothing_is_weaker_than_itself() -> None:
    """Equal contracts weaken nothing, whatever their actions."""
    every = contract(*(pay(action, name=action, to="1", edges=(1.0,), within=("a",)) for action in STRONGEST_FIRST))
    assert weakened(every, replace(every, version="2.0.0")) == []
