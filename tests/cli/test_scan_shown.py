"""What `clearwell scan` shows a person: the text with its stretches marked, and why each would be masked."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.privacy.explained import Reason, reasons_of
from pipeline.privacy.search import NOBODY, pattern_search, redaction_search
from pipeline.privacy.spans import Span


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLEARWELL_NAME_MODEL", "none")


def shown(text: str, *words: str) -> str:
    done = CliRunner().invoke(app, ["scan", "-", *words], input=text.encode())
    assert done.exit_code == 0, done.exception
    return " ".join(done.stdout.split())


def test_a_text_is_marked_and_explained() -> None:
    """Each stretch with its type; below it score, recognizer, pattern, and what raised it."""
    told = shown("her driver license is A1234567\n")
    assert "standard input:1 her driver license is [A1234567 → US_DRIVER_LICENSE]" in told
    assert "US_DRIVER_LICENSE 0.65 " in told
    assert "LicenseRecognizer, pattern “Driver License - Alphanumeric (weak)”" in told
    assert "the word “driver” raised 0.30 to 0.65" in told
    assert "✓ 1 text searched, personal data in 1" in told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("card 4111 1111 1111 1111", "pattern “All Credit Cards (weak)”, its check digits are valid"),
        ("a@example.com", "pattern “Email (Medium)”, its domain ends in a public suffix"),
        ("+1 212 555 5555", "PhoneRecognizer, a number of region US"),
    ],
)
def test_reasons_of_patterns(text: str, why: str) -> None:
    """Check digits, domains and regions are told in words, and no context where nothing was left to raise."""
    assert pattern_search().explain(text)[0].why.endswith(why)


def test_reasons_say_who_knew() -> None:
    """A roster's find names where the roster comes from, and comes before the patterns that agree."""
    from pipeline.privacy.rosters.roster import Roster

    known = Roster.build([{"email": "ann@example.com"}])
    search = redaction_search((), known, None, "people.csv")
    (stretch,) = search.find(["to ann@example.com"])[0]
    reasons = reasons_of(stretch, search.explain("to ann@example.com"))
    assert reasons[0].why == "roster, known from people.csv"
    assert [item.span.entity_type for item in reasons] == ["EMAIL_ADDRESS", "EMAIL_ADDRESS", "URL"]


def test_reasons_belong_to_their_stretch() -> None:
    """A finding that only touches a stretch is none of its reasons."""
    reasons = [Reason(Span(0, 5, "A", 0.5), "a"), Reason(Span(5, 9, "B", 0.9), "b"), Reason(Span(6, 7, "C", 1.0), "c")]
    assert [item.why for item in reasons_of(Span(5, 9, "B", 0.9), reasons)] == ["b", "c"]


def test_a_long_text_is_not_explained() -> None:
    """Presidio's engine is spared a text of more than 20,000 characters; the stretch is shown nevertheless."""
    text = "Lorem ipsum.\n" * 1_600 + "a@example.com"
    assert redaction_search((), NOBODY, None, "").explain(text) == []
    told = shown(text, "--whole")
    assert "standard input … " in told
    assert "in a text too long to say why" in told


def test_a_text_can_not_command_the_terminal() -> None:
    """Escape sequences and marks that turn writing round are shown as signs."""
    told = shown("\x1b]0;title\x07 \u202e a@example.com [red]\n")
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "␛]0;title␇ \ufffd [a@example.com → EMAIL_ADDRESS] [red]" in told


def test_all_are_searched_and_some_shown() -> None:
    """Beyond the limit texts are counted alone."""
    told = shown("10.0.0.1\nnone\n10.0.0.2\n10.0.0.3\n", "--limit", "1")
    assert "10.0.0.1" in told
    assert "10.0.0.2" not in told
    assert "and 2 more texts with personal data" in told
    assert "IP_ADDRESS 3" in told
    assert "4 texts searched, personal data in 3" in told


def test_presidio_as_it_comes_finds_more() -> None:
    """With its own settings weak patterns count, and dates are found; ours leave both."""
    text = "on 2024-05-06 badge A1234567\n"
    assert "DATE_TIME" not in shown(text)
    told = shown(text, "--stock")
    assert "DATE_TIME" in told
    assert "US_DRIVER_LICENSE" in told
    assert "neither names nor places were looked for" in told
