"""Nicknames of given names, from our own table: Robert is Bob to his colleagues, and Bob is Robert on the form."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import yaml

from pipeline.privacy.folding import fold


@cache
def _table() -> dict[str, frozenset[str]]:
    """Other forms of each name, folded; two nicknames of one name are not forms of each other."""
    languages: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_name("nicknames.yaml").read_text(encoding="utf-8")
    )
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for names in languages.values():
        for written, nicknames in names.items():
            name = fold(written).text
            for nickname in fold(nicknames).text.split():
                forms[name].add(nickname)
                forms[nickname].add(name)
    return {name: frozenset(others) for name, others in forms.items()}


def other_forms(name: str) -> frozenset[str]:
    """Nicknames of a folded given name, and the names that it is a nickname of."""
    return _table().get(name, frozenset())
