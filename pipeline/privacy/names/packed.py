"""Our name model as one file: the weights of its NER, compressed."""

import zlib
from functools import cache
from pathlib import Path

import numpy as np
from spacy.language import Language

from pipeline.privacy.names.architecture import blank_pipeline
from pipeline.privacy.names.files import SHIPPED, read_weights

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


@cache
def read_model(folder: Path = SHIPPED) -> tuple[Language, str]:
    """A pipeline and its digest, once a process.

    Raises:
        PrivacyError: as `read_weights`.
    """
    packed, sha256 = read_weights(folder)
    return unpack(packed), sha256
