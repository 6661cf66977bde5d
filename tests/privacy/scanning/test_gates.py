"""A gate is open wherever its pattern can match; what it can't judge it leaves open."""

import sys

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from presidio_analyzer import PatternRecognizer, RecognizerRegistry

from pipeline.privacy.recognizers import make_recognizers
from pipeline.privacy.scanning.alphabet import LETTERS_ALIKE, gate_bytes
from pipeline.privacy.scanning.gate import gate_of
from pipeline.privacy.scanning.gates import Gates

FLAGS = regex.IGNORECASE | regex.MULTILINE | regex.DOTALL


def shipped_patterns() -> list[object]:
    """Every pattern of Presidio's English recognizers and of ours, once."""
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    found = {
        (pattern.regex, recognizer.global_regex_flags): f"{recognizer.name} {pattern.name}"
        for recognizer in [*registry.recognizers, *make_recognizers()]
        if isinstance(recognizer, PatternRecognizer)
        for pattern in recognizer.patterns
    }
    return [pytest.param(*pattern, id=name) for pattern, name in found.items()]


#: Patterns with all that a user might write; a gate must be sound or absent.
WRITTEN = [
    r"\bEMP-\d{6}\b",
    r"(?<=id )[a-f]{3,}",
    r"(?<![0-9])\d{4}(?![0-9])",
    r"(?:ab|cd|e+f)g",
    r"(a|b)\1{2}c",
    r"(?P<x>[A-C]{2})-(?P=x)",
    r"x*y+z?w",
    r"[^a-z]{3}end",
    r"\S+@\S+",
    r"straße \d+",
    r"[é-ü]{2}\d",
    r"(?i:key)-(?-i:ABC)\d",
    r"(?s:a.b)|c.d",
    r"(?=.*\d)[a-d]{4}\d",
    r"(?>ab|a)c",
    r"a++b",
    r"^start \w+ end$",
    r"\Aonly\Z",
    r"\w{2}\s\W\D",
    r"a{300,400}b",
    r"(?:\d{3} ){2,}\d",
    r"k{3}",
    r"x\Bin\By",
]


def opens(pattern: str, flags: int, text: str) -> None:
    """Assert that each match begins where the gate is open."""
    gates = Gates([gate_of(pattern, flags)])
    for match in regex.compile(pattern, flags).finditer(text):
        if match.end() > match.start():
            opened = gates.open_in(text)
            assert 0 in opened
            places = opened[0]
            assert places is None or any(first <= match.start() <= last for first, last in places)


@pytest.mark.parametrize(("pattern", "flags"), shipped_patterns())
def test_no_match_of_a_shipped_pattern_is_shut_out(pattern: str, flags: int) -> None:
    """Whatever a pattern matches, amid whatever stands around it, its gate is open at the place."""
    compiled = Gates([gate_of(pattern, flags)])
    searched = regex.compile(pattern, flags)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(
        st.from_regex(pattern.removeprefix("(?i)")), st.sampled_from(["", "é ", "naïve text ", "x" * 3000 + " ", "ſ"])
    )
    def check(text: str, before: str) -> None:
        whole = before + text
        for match in searched.finditer(whole):
            opened = compiled.open_in(whole)
            assert 0 in opened
            places = opened[0]
            assert places is None or any(first <= match.start() <= last for first, last in places)

    check()


@pytest.mark.parametrize("pattern", WRITTEN)
@pytest.mark.parametrize("flags", [FLAGS, 0, regex.IGNORECASE])
def test_no_match_of_a_written_pattern_is_shut_out(pattern: str, flags: int) -> None:
    """Lookarounds, references, scoped flags, open repetitions and letters beyond ASCII leave no match out."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.from_regex(pattern.replace("(?-i:", "(?:").replace("(?>", "(?:").replace("++", "+")), st.text(max_size=5))
    def check(text: str, around: str) -> None:
        opens(pattern, flags, around + text + around)

    check()


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:abc){e<=1}",
        r"\p{L}{3}",
        r"(?|a|b)c",
        r"[[:alpha:]]{3}",
        r"[a--b]x",
        r"a*",
        r"(?=x)",
        r"(?a)\w+\d",
        r"\X\d",
        r"(unclosed",
    ],
)
def test_what_is_not_understood_is_not_gated(pattern: str) -> None:
    """Fuzzy matching, properties, set operations, empty matches and other syntax of `regex` alone: always searched."""
    assert gate_of(pattern, FLAGS) is None


def test_what_hyperscan_can_not_compile_is_always_open() -> None:
    """A gate that is too large for Hyperscan shuts nothing out, and leaves the others as they are."""
    large = "|".join(f"[ac][bd]{number}" for number in range(4000))
    opened = Gates([gate_of(large, FLAGS), gate_of(r"\d{9}", FLAGS)]).open_in("nothing")
    assert opened == {0: None}


def test_unknown_flags_are_not_gated() -> None:
    """A flag whose meaning we do not know leaves the pattern without a gate."""
    assert gate_of(r"\d{9}", FLAGS) is not None
    assert gate_of(r"\d{9}", FLAGS | regex.FULLCASE) is None
    assert gate_of(r"\d{9}", regex.VERSION1) is None


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("nothing of the kind", False),
        ("12345678", False),
        ("x123456789", False),
        ("ref 123456789.", True),
        ("réf 123456789.", True),
        ("a" * 5000 + " 123456789 " + "b" * 5000, True),
        ("1234 " * 2000, False),
    ],
)
def test_gates_shut_out_what_can_not_match(text: str, is_open: bool) -> None:
    """Gates are worth having: a text without nine digits is not searched for them."""
    assert (0 in Gates([gate_of(r"\b\d{9}\b", FLAGS)]).open_in(text)) is is_open


def test_a_long_text_opens_near_its_match_only() -> None:
    """One number in a book opens the pages around it, not the book."""
    text = "word " * 20_000 + "123456789 " + "word " * 20_000
    places = Gates([gate_of(r"\b\d{9}\b", FLAGS)]).open_in(text)[0]
    assert places is not None
    assert sum(last - first for first, last in places) < 3000


def test_one_byte_a_character() -> None:
    """Offsets of the gates' alphabet are those of the text, whatever the script."""
    for text in ("plain", "größe ٣", "नाम", "😀 x", "\u2003\u00a0"):
        assert len(gate_bytes(text)) == len(text)


def test_letters_alike_are_all_known() -> None:
    """No character beyond ASCII but the listed ones matches a letter or digit of ASCII, case ignored."""
    plain = regex.compile("[a-z0-9]", regex.IGNORECASE)
    beyond = (chr(code) for code in range(0x80, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    alike = [char for char in beyond if plain.match(char)]
    assert alike
    assert all(LETTERS_ALIKE.match(char) for char in alike)
