"""Trains the name model: one pass over a fresh stream of notes, so no sentence is seen twice by plan."""

from collections.abc import Callable, Iterator
from itertools import islice
from math import cos, pi

from spacy import util
from spacy.language import Language
from spacy.training import Example
from thinc.api import Adam, require_cpu

from pipeline.privacy.names.architecture import LABEL, blank_pipeline, learn_features
from pipeline.privacy.names.packed import halve, pack, unpack
from pipeline.privacy.names.training.corpus import Corpus, Note

SEED = 6
NOTES = 45_000
_BATCH = 48
_DROPOUT = 0.1
_DECAY = 0.001
#: How much less "no name" scores.
_LEANING = 1.0
#: A feature is known that is at least so often in so many notes; composed names are not.
_OFTEN, _COUNTED = 8, 20_000
_RATE, _LAST_RATE = 0.002, 0.0001


def fit(notes: int = NOTES, seed: int = SEED, told: Callable[[str], None] = lambda _: None) -> Language:
    """A trained pipeline; on one kind of machine equal arguments give equal bytes.

    Args:
        notes: how many notes it learns from.
        seed: of the notes and of the first weights.
        told: gets a line of progress now and then.
    """
    require_cpu()
    util.fix_random_seed(seed)
    nlp = blank_pipeline()
    nlp.get_pipe("ner").add_label(LABEL)
    learn_features(nlp, (nlp.make_doc(note.text) for note in Corpus(seed).notes(_COUNTED)), _OFTEN)
    stream = Corpus(seed).notes(notes)
    first = [annotated(nlp, note) for note in islice(stream, _BATCH)]
    nlp.initialize(lambda: first)
    optimizer = Adam(_RATE, use_averages=True, grad_clip=1.0, L2=_DECAY)
    for step, batch in enumerate(_batches(stream)):
        optimizer.learn_rate = _rate(step * _BATCH / notes)
        losses: dict[str, float] = {}
        nlp.update([annotated(nlp, note) for note in batch], sgd=optimizer, drop=_DROPOUT, losses=losses)
        if step % 100 == 0:
            told(f"{step * _BATCH:,} of {notes:,} notes, loss {losses['ner'] / _BATCH:.3f}")
    with nlp.use_params(optimizer.averages):
        averaged = unpack(pack(nlp))
    halve(averaged)
    _lean(averaged)
    return averaged


def _lean(nlp: Language) -> None:
    """Make "no name" score less, in place: a missed name costs more than a masked word."""
    ner = nlp.get_pipe("ner")
    scores = ner.model.get_ref("lower")
    outside = [ner.moves.get_class_name(move) for move in range(ner.moves.n_moves)].index("O")
    bias = scores.get_param("b").copy()
    bias[outside] -= _LEANING
    scores.set_param("b", bias)


def annotated(nlp: Language, note: Note) -> Example:
    """A note as spaCy learns from it; a name that begins or ends inside of a token takes the whole token."""
    truth = nlp.make_doc(note.text)
    spans = (truth.char_span(start, end, label=LABEL, alignment_mode="expand") for start, end in note.names)
    truth.set_ents([span for span in spans if span is not None])
    return Example(nlp.make_doc(note.text), truth)


def _batches(stream: Iterator[Note]) -> Iterator[list[Note]]:
    while batch := list(islice(stream, _BATCH)):
        yield batch


def _rate(share: float) -> float:
    """Of learning: falls with the cosine of the share that is done."""
    return _LAST_RATE + (_RATE - _LAST_RATE) * (1 + cos(pi * min(share, 1.0))) / 2
