"""The network of our own name model: small, and each distinct word of a batch is embedded once.

spaCy's transition-based NER over a convolution of windows. A word is embedded from its lower-case form, its first
character, its last three and its shape; what training saw seldom of each counts as unknown, so that a strange word is
judged by how it looks and where it stands. What the network knows of a token reaches `REACH` tokens to either side.
"""

from collections import Counter
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
_WIDTH = 64
_PIECES = 2
#: Rows of the hash tables. Names are open-ended, so the table of whole words is the largest.
_FEATURES = ((NORM, 4000), (PREFIX, 500), (SUFFIX, 3000), (SHAPE, 500))
_NAME = "clearwell.names.v1"
_KNOWN = "known_features"
#: While training, so many words are shown with nothing but first character and shape, as a strange name looks; and
#: of each feature so many are shown as unknown.
_STRANGE, _HIDDEN = 0.5, (NORM, SUFFIX)
_FORGOTTEN = {NORM: 0.15, PREFIX: 0.02, SUFFIX: 0.05, SHAPE: 0.02}
_Ids = npt.NDArray[np.uint64]


def embed_and_encode() -> Model[list[Doc], list[Any]]:
    """Vectors of 64 numbers, one a token. The exact word is the first column: equal words are embedded once."""
    tables = [HashEmbed(_WIDTH, rows, column=index, seed=index) for index, (_, rows) in enumerate(_FEATURES, start=1)]
    mixed = Maxout(_WIDTH, _WIDTH * len(tables), nP=_PIECES, normalize=True, dropout=0.0)
    network: Model[list[Doc], list[Any]] = chain(
        FeatureExtractor([ORTH, *(feature for feature, _ in _FEATURES)]),
        list2ragged(),
        with_array(uniqued(chain(_known_features(), concatenate(*tables), mixed), column=0)),
        ragged2list(),
        with_array(chain(*(_layer(window) for window in _WINDOWS)), pad=REACH),
    )
    network.set_dim("nO", _WIDTH)
    return network


spacy.registry.architectures.register(_NAME, func=embed_and_encode)


def _known_features() -> Model[_Ids, _Ids]:
    """Ids of words and their features, with 0 in place of each that is not known."""
    return Model(_KNOWN, _forget, attrs={_KNOWN: [[] for _ in _FEATURES]})


def _forget(model: Model[_Ids, _Ids], ids: _Ids, is_train: bool) -> tuple[_Ids, Callable[[Any], Any]]:
    shown = ids.copy()
    strange = np.random.random(len(ids)) < _STRANGE if is_train else None  # seeded by spaCy
    for column, ((feature, _), known) in enumerate(zip(_FEATURES, model.attrs[_KNOWN], strict=True), start=1):
        unknown = ~np.isin(ids[:, column], np.asarray(known, dtype=np.uint64))
        if strange is not None:
            unknown |= np.random.random(len(ids)) < _FORGOTTEN[feature]
            unknown |= strange if feature in _HIDDEN else False
        shown[unknown, column] = 0
    return shown, lambda gradient: gradient


def learn_features(nlp: Language, docs: Iterable[Doc], often: int) -> None:
    """Let the network know the features that stand at least so often in these documents, and no others."""
    counts: list[Counter[int]] = [Counter() for _ in _FEATURES]
    for doc in docs:
        for count, column in zip(counts, doc.to_array([feature for feature, _ in _FEATURES]).T, strict=True):
            count.update(column.tolist())
    known = [sorted(feature for feature, times in count.items() if times >= often) for count in counts]
    for node in nlp.get_pipe("ner").model.walk():
        if node.name == _KNOWN:
            node.attrs[_KNOWN] = known


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
        "hidden_width": _WIDTH,  # unused without an upper layer
        "maxout_pieces": _PIECES,
        "use_upper": False,
        "nO": None,
        "tok2vec": {"@architectures": _NAME},
    }
