"""A dataset's own recognizers: a new kind of personal data is one file in its folder."""

import re
from collections.abc import Iterator
from pathlib import Path

from presidio_analyzer import EntityRecognizer

from pipeline.contracts.dataset import RECOGNIZER_FILES
from pipeline.contracts.place import Place
from pipeline.privacy.own.classes import load_classes
from pipeline.privacy.own.declared import read_recognizers

_ENTITY_TYPE = re.compile(r"[A-Z][A-Z0-9_]*")


def load_recognizers(folder: Path) -> tuple[EntityRecognizer, ...]:
    """What `recognizers.yaml` and `recognizers.py` of a dataset's folder add to ours, in their order.

    Raises:
        ContractError: a file says what can't be done, or would find nothing without a word; with its line.
    """
    found: list[EntityRecognizer] = []
    for place, recognizer in _every(folder):
        types = recognizer.supported_entities
        wrong = [name for name in types if not _ENTITY_TYPE.fullmatch(name)]
        if wrong or not types:
            given = wrong[0] if wrong else "no entity type"
            raise place.refusal("an entity type is a word in capitals", given=given, allowed="[A-Z][A-Z0-9_]*")
        found.append(recognizer)
    return tuple(found)


def _every(folder: Path) -> Iterator[tuple[Place, EntityRecognizer]]:
    declared, defined = (folder / name for name in RECOGNIZER_FILES)
    if declared.is_file():
        yield from read_recognizers(declared.read_bytes(), declared.name)
    if defined.is_file():
        yield from load_classes(defined)
