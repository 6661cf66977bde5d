"""Patterns: read alike by every engine, and none that takes exploding time on any."""

import re
import time

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.explosions import refuse_explosions
from pipeline.contracts.patterns import PatternError, parse_pattern


def judge(pattern: str) -> str:
    """What is said against a pattern; nothing when it is fine."""
    try:
        refuse_explosions(parse_pattern(pattern))
    except PatternError as error:
        return str(error)
    return ""


#: Pattern, a text that it is hard put to refuse (what comes first, what is repeated, what spoils the match).
FINE = [
    (r"^E[0-9]{7}$", "E", "1", "x"),
    (r"^[^@ ]+@[^@ ]+$", "", "a", " "),
    (r"^[\w.+-]+@[\w-]+\.[\w.-]+$", "a@", "a.", "@"),
    (r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{4}[0-9]{7}([A-Z0-9]?){0,16}$", "DE00ABCD1234567", "A", "!"),
    (r"^(\d{1,3}\.){3}\d{1,3}$", "", "1", "x"),
    (r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$", "", "a.", "!"),
    (r"^(?:[a-z0-9]+-)*[a-z0-9]+$", "", "a", "!"),
    (r"^(jan|feb|mar)(,(jan|feb|mar))*$", "jan", ",jan", "!"),
    (r"^(\w+\s)*\w+$", "", "a ", "!"),
    (r"^(https?://)?[^/]+(/[^/]*)*$", "a", "/a", "\n"),
    (r"^[A-Z][a-z]+(?:[ '-][A-Z][a-z]+)*$", "A", "a", "!"),
    (r"^([A-Z]{10},?)+$", "", "A", "!"),
    (r"^(.*),(.*)$", "", "a", "\n"),
    (r"^(ab|cd)*$", "", "ab", "c"),
    (r"^(a?){0,300}$", "", "a", "!"),
    (r"^[A-Za-z]{2,4}( [A-Za-z]{2,4}){0,3}$", "", "ab ", "!"),
    (r"^\s*\w+\s*$", " ", "a", "!"),
]
EXPLODES = [
    (r"^(a+)+$", "", "a", "!"),
    (r"^(a*)*$", "", "a", "!"),
    (r"^(a|a)*$", "", "a", "!"),
    (r"^(a|aa)+$", "", "aa", "!"),
    (r"^(ab|[a-z]b)+$", "", "ab", "!"),
    (r"^(ab|a|b)*$", "", "ab", "!"),
    (r"^(\w+\s?)*$", "", "a", "!"),
    (r"^(\d+)*x", "", "1", "!"),
    (r"^([0-9]+,?)+$", "", "1", "!"),
    (r"^([a-z]+\.?)+$", "", "a", "!"),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "", "a", "!"),
    (r"^(a{1,30}){1,30}$", "", "a", "!"),
    (r"^(a|aa){24}$", "", "a", "!"),
    (r"^(.*a){12}$", "", "a", "!"),
    (r"^(a?){26}$", "", "a", "!"),
]


#: Seconds. Far above what sixty signs cost that are read once (2 microseconds), far below a test's patience.
LONG = 0.05


def signs_until_long(pattern: str, first: str, pump: str, last: str) -> int:
    """How often the repeated part must be there until a search takes long; 0 where sixty times do not suffice."""
    search = re.compile(pattern).search
    for turns in range(1, 61):
        start = time.process_time()
        search(first + pump * turns + last)
        if time.process_time() - start > LONG:
            return turns
    return 0


@pytest.mark.parametrize(("pattern", "first", "pump", "last"), FINE)
def test_an_accepted_pattern_never_takes_long(pattern: str, first: str, pump: str, last: str) -> None:
    """On the text that is worst for it: sixty signs more or less do not matter, nor do a thousand."""
    assert judge(pattern) == ""
    assert signs_until_long(pattern, first, pump, last) == 0
    start = time.process_time()
    re.search(pattern, first + pump * 1000 + last)
    assert time.process_time() - start < 20 * LONG


@pytest.mark.parametrize(("pattern", "first", "pump", "last"), EXPLODES)
def test_a_refused_pattern_really_explodes(pattern: str, first: str, pump: str, last: str) -> None:
    """Less than sixty signs are more than an engine can cope with that goes one way after another."""
    assert "exponential time" in judge(pattern)
    assert signs_until_long(pattern, first, pump, last) > 0


POWERS = [
    (r"^(.*),(.*),(.*)$", ""),
    (r"^.*foo.*bar.*$", ""),
    (r"^.*foo.*bar.*baz.*$", "more than 3 repeats in a row that can match the same signs"),
    (r".*.*.*=", "more than 3 repeats in a row that can match the same signs"),
    (r"^[^,]*,[^,]*,[^,]*,[^,]*$", ""),
    (r"[^@]+@[^@]+\.[^@]+", ""),
    (r"\s+$", ""),
    (r"^\d{1,2}\d{1,2}\d{1,2}\d{1,2}$", ""),
    (f"^{'a?' * 40}$", "more than 3 repeats in a row that can match the same signs"),
    (f"^{'.{0,9}' * 12}$", "more than 3 repeats in a row that can match the same signs"),
    (f"^{'(.{0,3}x){0,3}' * 20}$", "more than 3 repeats in a row that can match the same signs"),
]


@pytest.mark.parametrize(("pattern", "says"), POWERS)
def test_few_repeats_in_a_row_may_match_the_same_signs(pattern: str, says: str) -> None:
    """A search without ^ counts as one, bounded repeats for less, and those that end at different signs not at all."""
    assert judge(pattern) == says


UNREADABLE = [
    (r"(?=a)", "look-around"),
    (r"(?<!a)b", "look-around"),
    (r"(?i)a", "flags"),
    (r"(?P<n>a)", "names"),
    (r"(a)\1", "the escape \\1"),
    (r"\Qa\E", "the escape \\Q"),
    (r"\h", "the escape \\h"),
    (r"\u0041", "the escape \\u"),
    (r"\A", "the escape \\A"),
    (r"\p{IsLatin}", "the escape \\p"),
    ("a\\", "a \\ at the end"),
    (r"[", "a [ that nothing closes"),
    (r"[]", "an empty [ ]"),
    (r"[z-a]", "a range"),
    (r"[a-\d]", "a range"),
    (r"[[:alpha:]]", "a [ in [ ]"),
    (r"[a&&b]", "a & in [ ]"),
    (r"(", "a ( that nothing closes"),
    (r")", "a ) that closes nothing"),
    (r"a]", "a ] that closes nothing"),
    (r"a}", "a } that closes nothing"),
    (r"*", "a * that repeats nothing"),
    (r"{2}", "a { that repeats nothing"),
    (r"a{,3}", "a { that repeats nothing"),
    (r"a**", "a repeat of a repeat"),
    (r"a++", "a repeat of a repeat"),
    (r"a{2}{3}", "a repeat of a repeat"),
    (r"^*", "an anchor or nothing repeated"),
    (r"a{3,2}", "a count of copies from 3 to 2"),
    (r"a{1001}", "a count of copies from 1001 to 1001"),
    ("(" * 51 + ")" * 51, "brackets more than 50 deep"),
    ("[ab]" * 1300, "more than 1200 signs"),
]


@pytest.mark.parametrize(("pattern", "says"), UNREADABLE)
def test_what_engines_read_differently_is_refused(pattern: str, says: str) -> None:
    """Each with the sign that is to blame."""
    assert says in judge(pattern)


HEAVY = ["[ab]*" * 300, f"({'|'.join('abcdefgh' * 40)})*", "[0-9]{9}" * 120, "(((a{1000}){1000}){1000})", "(a|b)" * 500]


@pytest.mark.parametrize("pattern", HEAVY, ids=lambda pattern: pattern[:20])
def test_a_pattern_is_judged_in_seconds(pattern: str) -> None:
    """However large it is: what would take longer is refused."""
    start = time.process_time()
    judge(pattern)
    assert time.process_time() - start < 5


ATOMS = st.sampled_from(["a", "b", ".", r"\d", r"\w", r"\s", r"\.", "[ab]", "[^a]", "[a-c-]", r"[\d_]", "-", "é"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})")
        | st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"])).map(
            lambda p: f"(?:{p[0]}){p[1]}"
        )
    ),
    max_leaves=6,
)
TEXTS = st.text("abc1 .-_é\n", max_size=8)


@settings(deadline=None)
@given(PATTERNS, st.booleans(), st.lists(TEXTS, min_size=1, max_size=5))
def test_python_and_re2_read_an_accepted_pattern_alike(inner: str, whole: bool, texts: list[str]) -> None:
    """Whatever is accepted compiles in both, and matches the same texts."""
    pattern = f"^{inner}$" if whole else inner
    assume(judge(pattern) == "")
    java = parse_pattern(pattern).java
    expected = [bool(re.search(java.replace(r"\z", r"\Z"), text, re.ASCII)) for text in texts]
    assert pc.match_substring_regex(pa.array(texts), java).to_pylist() == expected


LIKE_JAVA = [pattern for pattern, *_ in FINE] + [r"^\p{Lu}\p{Ll}+$", r"\bcat\b", r"^$", r"a|b", r"[\]\\^-]", r"^a\$b$"]
SAMPLES = ["", "E1234567", "E1234567\n", "a@b.de", "10.0.0.1", "Émile", "a cat", "jan,feb", "]", "a$b", "abcd", "b"]


def test_java_reads_accepted_patterns_as_re2_does(spark: SparkSession) -> None:
    """A match of a whole text does not overlook a line break at its end, as Java's $ does."""
    frame = spark.createDataFrame([(text,) for text in SAMPLES], "text string")
    java = [parse_pattern(pattern).java for pattern in LIKE_JAVA]
    rows = frame.select(*(F.col("text").rlike(pattern).alias(f"p{at}") for at, pattern in enumerate(java))).collect()
    for at, pattern in enumerate(java):
        expected = pc.match_substring_regex(pa.array(SAMPLES), pattern).to_pylist()
        assert [row[at] for row in rows] == expected, pattern
