"""Our name model as one file: the weights of its NER, compressed."""

import json
import zlib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language

from pipeline.errors import PrivacyError
from pipeline.privacy.names.architecture import blank_pipeline

SHIPPED = Path(__file__).parent / "shipped"
WEIGHTS, CARD = "names.bin", "model.json"
_LEFT_OUT = ("vocab",)


def pack(nlp: Language) -> bytes:
    """The file of a trained pipeline; equal weights give equal bytes."""
    return zlib.compress(nlp.get_pipe("ner").to_bytes(exclude=_LEFT_OUT), 9)


def unpack(packed: bytes) -> Language:
    """The pipeline behind the bytes of `pack`."""
    nlp = blank_pipeline()
    nlp.get_pipe("ner").from_bytes(zlib.decompress(packed), exclude=_LEFT_OUT)
    return nlp


def halve(nlp: Language) -> None:
    """Round all weights to what 16 bits hold, in place: the file halves, and what is evaluated is what is shipped."""
    for node in nlp.get_pipe("ner").model.walk():
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, node.get_param(name).astype(np.float16).astype(np.float32))


def write_model(folder: Path, packed: bytes, card: dict[str, Any]) -> None:
    """Both files; the card's `sha256` is that of the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(packed)
    text = json.dumps(card | {"sha256": digest(packed), "bytes": len(packed)}, indent=1, sort_keys=True)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")


def digest(packed: bytes) -> str:
    """Sha256 of the weights, in hexadecimal."""
    return sha256(packed).hexdigest()


def read_card(folder: Path = SHIPPED) -> dict[str, Any]:
    """What is known of a model: digest, sizes, versions, figures."""
    card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    return card


@cache
def read_model(folder: Path = SHIPPED) -> tuple[Language, str]:
    """A pipeline and its digest, once a process.

    Raises:
        PrivacyError: a file is missing, or the weights are not those of the card.
    """
    try:
        packed, card = (folder / WEIGHTS).read_bytes(), read_card(folder)
    except (OSError, ValueError) as error:
        raise PrivacyError("the name model can't be read", given=type(error).__name__, hint="make model") from None
    if digest(packed) != card.get("sha256"):
        raise PrivacyError(
            "the name model is not what its card says",
            given=f"sha256 {digest(packed)[:12]}",
            allowed=f"sha256 {str(card.get('sha256'))[:12]}",
            hint="make model",
        )
    return unpack(packed), digest(packed)
