"""The network of our own name model: small, and each distinct word of a batch is embedded once.

spaCy's transition-based NER over a convolution of windows. A word is embedded from its lower-case form, its first
character, its last three and its shape; words that training saw seldom share one form, so that a strange word is judged
by how it looks and where it stands. What the network knows of a token reaches `REACH` tokens to either side.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import spacy
from spacy.attrs import NORM, ORTH, PREFIX, SHAPE, SUFFIX
from spacy.language import Language
from spacy.ml import FeatureExtractor
from spacy.tokens import Doc
from thinc.api import (
    HashEmbed,
    Maxout,
    Model,
    chain,
    concatenate,
    expand_window,
    list2ragged,
    ragged2list,
    residual,
    uniqued,
    with_array,
)

from pipeline.privacy.tokens import LANGUAGE

LABEL = "PERSON"
#: Tokens to either side of the one looked at, layer by layer.
_WINDOWS = (2, 1)
REACH = sum(_WINDOWS)
_WIDTH, _HIDDEN = 64, 64
_PIECES = 2
#: Rows of the hash tables. Names are open-ended, so the table of whole words is the largest.
_FEATURES = ((NORM, 4000), (PREFIX, 500), (SUFFIX, 3000), (SHAPE, 500))
_NAME = "clearwell.names.v1"
_KNOWN, _WORD_COLUMN = "known_words", 1
#: Share of known words that are shown as unknown while training.
_FORGOTTEN = 0.25
_Ids = npt.NDArray[np.uint64]


def embed_and_encode() -> Model[list[Doc], list[Any]]:
    """Vectors of 64 numbers, one a token. The exact word is the first column: equal words are embedded once."""
    tables = [HashEmbed(_WIDTH, rows, column=index, seed=index) for index, (_, rows) in enumerate(_FEATURES, start=1)]
    mixed = Maxout(_WIDTH, _WIDTH * len(tables), nP=_PIECES, normalize=True, dropout=0.0)
    network: Model[list[Doc], list[Any]] = chain(
        FeatureExtractor([ORTH, *(feature for feature, _ in _FEATURES)]),
        list2ragged(),
        with_array(uniqued(chain(_known_words(), concatenate(*tables), mixed), column=0)),
        ragged2list(),
        with_array(chain(*(_layer(window) for window in _WINDOWS)), pad=REACH),
    )
    network.set_dim("nO", _WIDTH)
    return network


spacy.registry.architectures.register(_NAME, func=embed_and_encode)


def _known_words() -> Model[_Ids, _Ids]:
    """Ids of words with 0 in place of each lower-case form that is not known."""
    return Model(_KNOWN, _forget, attrs={_KNOWN: []})


def _forget(model: Model[_Ids, _Ids], ids: _Ids, is_train: bool) -> tuple[_Ids, Callable[[Any], Any]]:
    words = ids[:, _WORD_COLUMN]
    unknown = ~np.isin(words, np.asarray(model.attrs[_KNOWN], dtype=np.uint64))
    if is_train:
        unknown |= np.random.random(len(words)) < _FORGOTTEN  # seeded by spaCy
    shown = ids.copy()
    shown[unknown, _WORD_COLUMN] = 0
    return shown, lambda gradient: gradient


def learn_words(nlp: Language, words: Iterable[str]) -> None:
    """Let the network know these words by their lower-case forms, and no others."""
    for node in nlp.get_pipe("ner").model.walk():
        if node.name == _KNOWN:
            node.attrs[_KNOWN] = sorted({nlp.vocab[word].norm for word in words})


def _layer(window: int) -> Model[Any, Any]:
    seen = 2 * window + 1
    mixed: Model[Any, Any] = Maxout(_WIDTH, _WIDTH * seen, nP=_PIECES, normalize=True, dropout=0.0)
    return residual(chain(expand_window(window_size=window), mixed))


def blank_pipeline() -> Language:
    """The pipeline with untrained weights: the tokenizer of TokenEngine, and NER."""
    nlp = spacy.blank(LANGUAGE)
    nlp.add_pipe("ner", config={"model": _model_settings()})
    return nlp


def _model_settings() -> dict[str, Any]:
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": _HIDDEN,
        "maxout_pieces": _PIECES,
        "use_upper": False,
        "nO": None,
        "tok2vec": {"@architectures": _NAME},
    }
