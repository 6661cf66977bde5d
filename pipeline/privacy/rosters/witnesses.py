"""What the text around a word says for its being a name: a title, an initial, the way it is written."""

import re

from pipeline.privacy.rosters.people import BARE, UPPER

#: Shri, Sushri, Shrimati and Doctor in Hindi.
_HINDI_TITLES = (
    r"\u0936\u094d\u0930\u0940|\u0938\u0941\u0936\u094d\u0930\u0940|"
    r"\u0936\u094d\u0930\u0940\u092e\u0924\u0940|\u0921\u0949\.?"
)
_HINDI_TITLE = re.compile(_HINDI_TITLES)
_TITLE = re.compile(
    r"(?<![^\W_])(?:(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Sir|Madam|Herrn?|Frau|Monsieur|Madame|Mademoiselle|Mme|Mlle|Shri|Sri|"
    rf"Smt|Shrimati|Kumari|Pandit)\.?|M\.|{_HINDI_TITLES})[ \u00a0]$"
)
_INITIAL = re.compile(rf"(?<![^\W_])(?:[{UPPER}]\.[ \u00a0]?|[{BARE}][ \u00a0])$")
_WORD_BEFORE = re.compile(r"([^\W_]+),?[ \u00a0][\"'(\u201c\u00ab]?$")
_SMALL_AFTER = re.compile(rf"(?:['\u2019]s)?(?:[.!?,;:)\"'\u201d\u00bb]|[ \u00a0](?![{UPPER}0-9])|$)")
#: Words that German has, and neither English nor French.
_GERMAN = re.compile(
    r"\b(?:der|das|und|ist|nicht|mit|f\u00fcr|wird|wurden?|eine[mnrs]?|auf|ich|wir|im|zu[mr]|dem|auch|bei|von|vom|sie|"
    r"sich|\u00fcber|nach|sind|werden|ihre?[mnrs]?)\b"
)
#: Characters before a word that are looked at; on either side, to tell the language.
_REACH, _PASSAGE = 40, 200


def has_hindi_title(text: str) -> bool:
    """Whether a title stands anywhere in a text; Hindi has no capitals to tell names by."""
    return _HINDI_TITLE.search(text) is not None


def title_before(text: str, start: int) -> bool:
    """Whether a title (Mr, Frau, Mme, Shri) stands before a word."""
    return _TITLE.search(text, max(start - _REACH, 0), start) is not None


def initial_before(text: str, start: int) -> re.Match[str] | None:
    """The initial before a word; "A" and "I" are words unless dotted."""
    return _INITIAL.search(text, max(start - _REACH, 0), start)


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a word has a capital where only names have one.

    It is one capital and small letters, between words in small letters, within a sentence, and not in German.
    """
    before = _WORD_BEFORE.search(text, max(start - _REACH, 0), start)
    if before is None or not text[start + 1 : end].islower():
        return False
    small = (before[1].islower() or before[1].isdigit()) and _SMALL_AFTER.match(text, end)
    return bool(small) and _GERMAN.search(text, max(start - _PASSAGE, 0), end + _PASSAGE) is None
