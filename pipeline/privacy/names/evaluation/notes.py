"""Notes for evaluation: templates and names that training has never seen."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import yaml

from pipeline.privacy.names.training.corpus import Note
from pipeline.privacy.names.training.naming import Writer
from pipeline.privacy.names.training.people import People, read_people
from pipeline.privacy.names.training.sentences import Templates, filled, joined

_HERE = Path(__file__).parent
_WORDS = "_words"
#: Beside the languages' own titles.
_TITLES = {
    "en": ("Mr.", "Ms.", "Mrs.", "Dr.", "Prof."),
    "de": ("Herr", "Frau", "Dr."),
    "fr": ("M.", "Mme", "Monsieur", "Madame"),
    "hi": ("श्री", "श्रीमती", "डॉ."),
}
LANGUAGES = ("en", "de", "fr", "hi", "hinglish")


def read_unseen() -> People:
    """Persons of whose names no word is in training."""
    return read_people(_HERE / "people.yaml")


def read_sentences() -> dict[str, list[str]]:
    """Templates by language; those under `<language>_words` hold no name."""
    told: dict[str, list[str]] = yaml.safe_load((_HERE / "sentences.yaml").read_text(encoding="utf-8"))
    return told


def notes(language: str, people: People, each: int, seed: int) -> Iterator[Note]:
    """Each template of a language filled `each` times; those without a name come once."""
    random = Random(seed)  # noqa: S311 - no secret
    writer = Writer(people, _TITLES)
    told = read_sentences()
    templates = Templates(language, tuple(told[language]), tuple(told[language + _WORDS]), {})
    for template in templates.sentences:
        for _ in range(each):
            yield Note(*joined(filled(random, template, templates, writer)), language)
    for template in templates.words:
        yield Note(template, [], language)
