"""YAML of ours: what words mean, where they stand, and what is refused before it does harm."""

import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts.yaml_lines import MOST_BYTES, MOST_LEVELS, read_yaml
from pipeline.errors import ContractError

WORDS = [
    ("no", "no"),
    ("on", "on"),
    ("true", True),
    ("FALSE", False),
    ("'true'", "true"),
    ("~", None),
    ("", None),
    ("null", None),
    ("'null'", "null"),
    ("12", 12),
    ("-7", -7),
    ("1_000", "1_000"),
    ("0x1F", "0x1F"),
    ("12:30", "12:30"),
    ("2.50", 2.5),
    ("1e3", 1000.0),
    (".5", 0.5),
    (".inf", ".inf"),
    ("2019-01-01", "2019-01-01"),
    ("2019-02-30", "2019-02-30"),
    ("1.0.0", "1.0.0"),
    ("|\n  two\n  lines\n", "two\nlines\n"),
]


@pytest.mark.parametrize(("written", "meant"), WORDS)
def test_a_word_means_what_it_looks_like(written: str, meant: Any) -> None:
    """Of the many readings of YAML only nulls, true and false, and decimal numbers are not text."""
    found = read_yaml(f"a: {written}\n".encode(), "x.yaml").content["a"]
    assert (found, type(found)) == (meant, type(meant))


def test_every_value_has_its_line() -> None:
    """Keys and list items have the line they begin in; what is not there has that of what is around it."""
    document = read_yaml(b"a: 1\nb:\n  - c: 2\n    d:\n      e: 3\n  - f: [1,\n  2]\n", "x.yaml")
    place = document.place
    keys: list[tuple[tuple[str | int, ...], int]] = [
        (("a",), 1),
        (("b",), 2),
        (("b", 0), 3),
        (("b", 0, "d", "e"), 5),
        (("b", 1, "f", 1), 7),
        (("b", 0, "d", "nothing", "there"), 4),
        (("nothing",), 1),
    ]
    for path, line in keys:
        at = place
        for key in path:
            at = at / key
        assert at.line == line, path
    assert str((place / "b" / 0 / "c").named("b.c")) == "x.yaml:3: b.c"


BAD = [
    pytest.param(b"a: \xff", "1: not UTF-8\n  hint:    save the file as UTF-8", id="not UTF-8"),
    pytest.param(b"a: 1\nb: \x00", "2: a control character\n  given:   0x0\n  hint:    remove it", id="NUL"),
    pytest.param(b"", "1: not a mapping of words to values\n  given:   nothing", id="nothing"),
    pytest.param(b"- 1\n", "1: not a mapping of words to values\n  given:   a list", id="a list"),
    pytest.param(b"a: 1\n? [b]\n: 2", "2: a key is a word\n  given:   a mapping, list or alias as a key", id="key"),
    pytest.param(
        b"a: !!str 1",
        "1: tags are not read\n  given:   tag:yaml.org,2002:str\n  hint:    remove it; quote what is text",
        id="tag",
    ),
    pytest.param(b"a: &x [*x]", "1: an alias inside of what it stands for\n  given:   x", id="endless alias"),
    pytest.param(b"%YAML 3.0\n---\na: 1", "1: not YAML\n  given:   found incompatible YAML document", id="YAML 3"),
]


@pytest.mark.parametrize(("raw", "says"), BAD)
def test_what_is_no_yaml_of_ours_is_refused(raw: bytes, says: str) -> None:
    """The whole message, with the line."""
    with pytest.raises(ContractError) as caught:
        read_yaml(raw, "x.yaml")
    assert str(caught.value) == f"x.yaml:{says}"


def bomb(levels: int, wide: int) -> bytes:
    """Aliases that stand for `wide ** levels` values."""
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * wide)}]" for n in range(1, levels + 1)]
    return "\n".join(lines).encode()


def chain(length: int) -> bytes:
    """Aliases that nest ever deeper."""
    lines = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{x: {{x: *a{n - 1}}}}}" for n in range(1, length + 1))]
    return "\n".join(lines).encode()


BOMBS = [
    pytest.param(bomb(9, 9), "x.yaml:5: aliases stand for too much", id="billion laughs"),
    pytest.param(chain(40), "x.yaml:17: aliases stand for too much", id="deep aliases"),
    pytest.param(b"[" * 100_000, "x.yaml:1: nested too deep", id="deep lists"),
    pytest.param(b"- " * 100_000, "x.yaml:1: nested too deep", id="deep blocks"),
    pytest.param(b"{" * 100_000, "x.yaml:1: a key is a word", id="deep mappings"),
    pytest.param(b"a: '" + b"x" * MOST_BYTES + b"'", "x.yaml: too large", id="too large"),
    pytest.param(b"a: " + b"1" * 900_000, "", id="a long number"),
]


@pytest.mark.parametrize(("raw", "says"), BOMBS)
def test_a_bomb_does_not_go_off(raw: bytes, says: str) -> None:
    """However it is folded, it is refused, or read, in a second."""
    start = time.process_time()
    try:
        read_yaml(raw, "x.yaml")
        told = ""
    except ContractError as error:
        told = error.what
    assert told == says
    assert time.process_time() - start < 1


def test_aliases_are_written_out() -> None:
    """What an alias stands for is there once more, with the lines where it is written, and is not shared."""
    document = read_yaml(b"a: &x\n  c: [1]\nb: *x\n", "x.yaml")
    assert document.content == {"a": {"c": [1]}, "b": {"c": [1]}}
    assert (document.place / "b" / "c").line == 2
    assert document.content["a"]["c"] is not document.content["b"]["c"]


LEAVES = (
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text("abc: #'\"{}[]\n-?&*!|>%@`,0123", max_size=8)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
)


@settings(deadline=None)
@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), VALUES, max_size=4))
def test_what_a_program_wrote_is_read_back(content: dict[str, Any]) -> None:
    """Mappings, lists, texts, numbers and truths come back as they were, however they are quoted; shared ones too."""
    assert read_yaml(yaml.safe_dump(content).encode(), "x.yaml").content == content
    twice = {"one": content, "two": [content]}
    assert read_yaml(yaml.safe_dump(twice).encode(), "x.yaml").content == twice


def test_the_deepest_file_that_is_read() -> None:
    """As many levels as are allowed are read, and one more is not."""
    levels = MOST_LEVELS - 1
    assert read_yaml(b"a: " + b"[" * levels + b"]" * levels, "x.yaml").content
    with pytest.raises(ContractError, match="nested too deep"):
        read_yaml(b"a: " + b"[" * (levels + 1) + b"]" * (levels + 1), "x.yaml")
