"""Which pipes of a spaCy pipeline its entities depend on."""

from spacy.language import Language

_NAMES = frozenset({"ner", "beam_ner"})
#: NER never lets an entity run over the beginning of a sentence, so what sets them before it changes its answer.
_SENTENCES = frozenset({"parser", "senter", "sentencizer"})
_SHARED = frozenset({"tok2vec", "transformer", "curated_transformer"})
#: They neither set entities nor are looked at by NER.
_APART = frozenset(
    {
        "tagger",
        "morphologizer",
        "attribute_ruler",
        "lemmatizer",
        "trainable_lemmatizer",
        "textcat",
        "textcat_multilabel",
        "spancat",
        "entity_linker",
    }
)


def needed_pipes(nlp: Language) -> frozenset[str]:
    """Names of the active pipes that must run for `doc.ents` to be what the whole pipeline makes them.

    All of them where one is neither NER nor known to be apart from it: a ruler may look at anything.
    """
    kinds = {name: nlp.get_pipe_meta(name).factory for name in nlp.pipe_names}
    if not set(kinds.values()) <= _NAMES | _SENTENCES | _SHARED | _APART:
        return frozenset(kinds)
    order = list(kinds)
    last = max((index for index, name in enumerate(order) if kinds[name] in _NAMES), default=-1)
    needed = {name for name in order[: last + 1] if kinds[name] in _NAMES | _SENTENCES}
    shared = {name for name in order if kinds[name] in _SHARED and _feeds(nlp, name, needed)}
    return frozenset(needed | shared)


def _feeds(nlp: Language, name: str, pipes: set[str]) -> bool:
    """Whether one of the pipes listens to the shared layer of this name."""
    listeners = getattr(nlp.get_pipe(name), "listener_map", None)
    return listeners is None or bool(pipes & set(listeners))
