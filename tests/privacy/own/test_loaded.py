"""A dataset's own recognizers: run unchanged beside ours, and refused where they would fail or find nothing."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
from presidio_analyzer import EntityRecognizer

from pipeline.contracts.dataset import definition_files, load_dataset_folder
from pipeline.contracts.promotion import files_of
from pipeline.errors import ContractError
from pipeline.evidence.definitions import keep_definition, opened_definition
from pipeline.privacy.own.declared import switchable
from pipeline.privacy.own.loaded import load_recognizers
from pipeline.privacy.scanner import Scanner, make_engine
from pipeline.storage.objects import FolderStore
from tests.services.folders import write_folder

BADGES = r"""
recognizers:
  - name: Badges
    supported_entity: BADGE_NUMBER
    context: [badge]
    patterns:
      - {name: badge, regex: '\bB-\d{4}\b', score: 0.2}
"""
MANY = (
    BADGES
    + r"""
  - name: SgFinRecognizer
  - name: Titles
    supported_languages: [{language: en, context: [doctor]}]
    supported_entity: TITLE
    deny_list: [Dr., Prof.]
    deny_list_score: 0.7
  - name: Shouts
    supported_entity: SHOUT
    patterns:
      - {name: signs, regex: '[!]{3,}', score: 0.9}
  - name: EsNifRecognizer
    enabled: false
    supported_language: es
"""
)
CLASSES = '''
from presidio_analyzer import LocalRecognizer, Pattern, PatternRecognizer, RecognizerResult


class _Listed(PatternRecognizer):
    """A base of others."""

    def __init__(self, name, regex):
        super().__init__("DESK", patterns=[Pattern(name, regex, 0.9)])


class Desk(_Listed):
    def __init__(self):
        super().__init__("desk", r"desk \\d+")

    def validate_result(self, pattern_text):
        return pattern_text.endswith("7") or None


class Tilde(LocalRecognizer):
    def __init__(self):
        super().__init__(supported_entities=["TILDE"])

    def load(self):
        pass

    def analyze(self, text, entities, nlp_artifacts):
        return [RecognizerResult("TILDE", at, at + 1, 0.6) for at, sign in enumerate(text) if sign == "~"]
'''
SWITCHABLE = f"{len(switchable())} that need neither a model nor a network, such as SgFinRecognizer"
TEXTS = (
    "",
    "nothing at all",
    "her badge is B-1234",
    "B-1234 alone",
    "Dr. Who and prof. Moriarty",
    "what!!! a ~ day",
    "S1234567D, nric S2740116C",
    "desk 17 and desk 18; card 4111 1111 1111 1111, ann@example.com, badge B-1234 ~ Prof. X!!!",
    "Ünïcode ~ Prof. Ñ!!! badge B-1234",
)


def folder(root: Path, yaml: str = "", python: str = "") -> Path:
    for name, content in (("recognizers.yaml", yaml), ("recognizers.py", python)):
        if content:
            (root / name).write_text(dedent(content), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[EntityRecognizer, ...]:
    """Patterns, lists, a country's own and classes."""
    return load_recognizers(folder(tmp_path_factory.mktemp("own"), MANY, CLASSES))


def test_own_recognizers_run_as_in_presidio(own: tuple[EntityRecognizer, ...]) -> None:
    """Whatever the scanner knows to leave out, its answer is that of Presidio's engine."""
    engine = make_engine(own)
    expected = [
        [(item.start, item.end, item.entity_type, item.score) for item in engine.analyze(text, "en")] for text in TEXTS
    ]
    assert Scanner(own).scan_many(TEXTS) == expected
    assert {span[2] for spans in expected for span in spans} >= {"TITLE", "TILDE", "BADGE_NUMBER", "DESK", "SHOUT"}


def test_what_is_switched_on(own: tuple[EntityRecognizer, ...]) -> None:
    """Recognizers come in the order of their files; one that is not enabled, or the base of others, is not there."""
    assert [item.name for item in own] == ["Badges", "SgFinRecognizer", "Titles", "Shouts", "Desk", "Tilde"]


def test_a_folder_without_recognizers_has_none(tmp_path: Path) -> None:
    """Ours stand alone where the folder says nothing."""
    assert load_recognizers(tmp_path) == ()


def test_what_may_be_switched_on_needs_no_network() -> None:
    """Presidio's recognizers of patterns may be, those that ask a model or the network may not."""
    known = switchable()
    assert {"SgFinRecognizer", "PhoneRecognizer", "AuTfnRecognizer"} <= set(known)
    assert not {"EmailRecognizer", "SpacyRecognizer", "TransformersRecognizer", "AzureAILanguageRecognizer"} & set(
        known
    )


def entry(**words: str) -> str:
    """One recognizer of patterns with other words."""
    said = {"name": "Badges", "supported_entity": "BADGE", "patterns": "[{name: p, regex: 'a', score: 0.5}]"} | words
    return "recognizers:\n  - " + "\n    ".join(f"{key}: {value}" for key, value in said.items() if value)


def pattern(regex: str) -> str:
    return entry(patterns=f"\n      - name: p\n        score: 0.5\n        regex: '{regex}'")


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        (
            entry(patern="x"),
            "recognizers.yaml:5: recognizers.0.patern: unknown word\n  hint:    did you mean patterns?",
        ),
        (
            entry(patterns="[{name: p, regex: 'a', score: 1.01}]"),
            "recognizers.yaml:4: recognizers.0.patterns.0.score is not allowed\n"
            "  allowed: Input should be less than or equal to 1",
        ),
        (
            pattern("a(b"),
            "recognizers.yaml:7: Badges: p: the pattern does not compile: missing ) at position 3\n"
            "  hint:    patterns are those of Python's module `regex`",
        ),
        (
            pattern("(a+)+b"),
            "recognizers.yaml:7: Badges: p: the pattern can take exploding time: "
            "a repeat whose inside can match one text in two ways: it takes exponential time\n"
            "  hint:    bound its repeats, and let neighbours differ in signs",
        ),
        (
            entry(supported_entity="badge number"),
            "recognizers.yaml:2: Badges: an entity type is a word in capitals\n"
            "  given:   badge number\n  allowed: [A-Z][A-Z0-9_]*",
        ),
        (
            entry(supported_entity=""),
            "recognizers.yaml:2: Badges: a recognizer of one's own needs supported_entity\n"
            "  allowed: such as BADGE_NUMBER",
        ),
        (
            entry(supported_language="de"),
            "recognizers.yaml:2: Badges: texts are read with English context words\n  given:   ['de']\n  allowed: en",
        ),
        (
            "supported_languages: [en, de]\n" + entry(),
            "recognizers.yaml:1: texts are read with English context words\n  given:   ('en', 'de')\n  allowed: en",
        ),
        (
            entry(name="SgFinRecognizer"),
            "recognizers.yaml:2: SgFinRecognizer: this name is one of Presidio's own\n"
            "  hint:    give it another, or leave out what it matches",
        ),
        (
            "recognizers: [{name: SgFimRecognizer}]",
            "recognizers.yaml:1: SgFimRecognizer: no recognizer of Presidio's that can be switched on\n"
            f"  given:   SgFimRecognizer\n  allowed: {SWITCHABLE}\n  hint:    did you mean SgFinRecognizer?",
        ),
        (
            "recognizers: [{name: X, class_name: SpacyRecognizer}]",
            "recognizers.yaml:1: X: no recognizer of Presidio's that can be switched on\n"
            f"  given:   SpacyRecognizer\n  allowed: {SWITCHABLE}\n"
            "  hint:    a model of names is a setting: CLEARWELL_NAME_MODEL",
        ),
        (
            "recognizers: [SgFinRecognizer]",
            "recognizers.yaml:1: recognizers.0 is not allowed\n"
            "  allowed: Input should be a valid dictionary or instance of Recognizer",
        ),
        ("recognizers: []", None),
        (
            "global_regex_flags: 64\n" + entry(),
            "recognizers.yaml:1: these flags are not known\n  given:   64\n"
            "  allowed: a sum of 2 (either case), 8 (lines), 16 (dot)",
        ),
        (
            "recognizers: [{name: SgFinRecognizer, country_code: uk}]",
            None,
        ),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, yaml: str, says: str | None) -> None:
    """What is wrong, where, what is allowed, and what to do; never half obeyed."""
    with pytest.raises(ContractError) as raised:
        load_recognizers(folder(tmp_path, yaml))
    assert str(raised.value) == says if says else str(raised.value).startswith("recognizers.yaml:1")


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("x = 1", r"recognizers\.py: defines no recognizer\n.*"),
        ("x = 1\nx.y", r"recognizers\.py:2: can't be loaded\n  given:   AttributeError: .*"),
        ("def f(:", r"recognizers\.py:1: can't be loaded\n  given:   SyntaxError: .*"),
        (
            """
            from presidio_analyzer import EntityRecognizer
            class Mute(EntityRecognizer):
                def __init__(self): super().__init__(["A"])
                def load(self): pass
            """,
            r"recognizers\.py:3: Mute: has no analyze and would find nothing\n.*",
        ),
        (
            """
            from presidio_analyzer import PatternRecognizer
            class Needy(PatternRecognizer):
                def __init__(self, words): super().__init__("A", deny_list=words)
            """,
            r"recognizers\.py:1: Needy: can't be made without arguments\n  given:   TypeError: .*\n  hint:    give .*",
        ),
        (
            """
            from presidio_analyzer import PatternRecognizer
            class German(PatternRecognizer):
                def __init__(self): super().__init__("A", deny_list=["a"], supported_language="de")
            """,
            r"recognizers\.py:3: German: texts are read with English context words\n  given:   de\n  allowed: en",
        ),
        (
            """
            from presidio_analyzer import PatternRecognizer
            class UrlRecognizer(PatternRecognizer):
                def __init__(self): super().__init__("A", deny_list=["a"])
            """,
            r"recognizers\.py:3: UrlRecognizer: this name is one of Presidio's own\n  hint:    give the class another",
        ),
        (
            """
            from presidio_analyzer import Pattern, PatternRecognizer
            class Slow(PatternRecognizer):
                def __init__(self): super().__init__("A", patterns=[Pattern("p", "(a|a)*b", 0.5)])
            """,
            r"recognizers\.py:3: Slow: p: the pattern can take exploding time: .*",
        ),
        (
            """
            from presidio_analyzer import PatternRecognizer
            class Low(PatternRecognizer):
                def __init__(self): super().__init__("low", deny_list=["a"])
            """,
            r"recognizers\.py:3: Low: an entity type is a word in capitals\n  given:   low\n  allowed: .*",
        ),
    ],
)
def test_a_wrong_class_is_refused(tmp_path: Path, python: str, says: str) -> None:
    """A class that can't be made, or would find nothing, is named with the reason."""
    with pytest.raises(ContractError) as raised:
        load_recognizers(folder(tmp_path, python=python))
    assert re.fullmatch(says, str(raised.value), re.DOTALL)


@pytest.mark.parametrize("name", ["recognizers.yaml", "recognizers.py"])
def test_recognizers_are_part_of_the_dataset(tmp_path: Path, name: str) -> None:
    """They change its digest, hence the run's id, are kept with a run's definition and go along with promote."""
    write_folder(tmp_path)
    plain = load_dataset_folder(tmp_path / "staff")
    (tmp_path / "staff" / name).write_text(BADGES if name.endswith("yaml") else CLASSES, encoding="utf-8")
    changed = load_dataset_folder(tmp_path / "staff")
    assert plain.digest != changed.digest
    assert name in files_of(changed.folder)
    store = FolderStore(tmp_path / "evidence")
    keep_definition(store, "staff", "run", changed.folder, definition_files(changed.folder))
    with opened_definition(store, "staff", "run") as kept:
        assert load_dataset_folder(kept).digest == changed.digest
        assert len(load_recognizers(kept)) == len(load_recognizers(changed.folder))
