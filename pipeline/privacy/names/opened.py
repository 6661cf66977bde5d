"""The name model that a setting asks for."""

from functools import cache
from pathlib import Path

import spacy

from pipeline.errors import PrivacyError
from pipeline.privacy.names.digests import folder_digest
from pipeline.privacy.names.finder import NameFinder
from pipeline.privacy.names.packed import read_model
from pipeline.privacy.names.spacy_names import SpacyNames

#: Our model looks a few tokens around, so it reads long texts in pieces with the same result and little memory.
_SHIPPED_LONGEST = 50_000
FORMS = ("shipped", "none", "spacy:<package or folder>", "transformers:<folder or name>")


@cache
def open_names(reference: str) -> NameFinder | None:
    """The finder behind a reference, loaded once a process and without the network; `none` has none.

    Raises:
        PrivacyError: the reference names no model that is here.
    """
    kind, _, name = reference.partition(":")
    if reference == "none":
        return None
    if reference == "shipped":
        return SpacyNames(*read_model(), longest=_SHIPPED_LONGEST)
    if kind == "spacy" and name:
        return _spacy_names(name)
    if kind == "transformers" and name:
        from pipeline.privacy.names.transformers_names import TransformersNames  # noqa: PLC0415 - a library of its own

        return TransformersNames(name)
    raise PrivacyError("no such name model", given=reference, allowed=FORMS, hint="see CLEARWELL_NAME_MODEL")


def _spacy_names(name: str) -> SpacyNames:
    """Any installed package or folder; spaCy itself never downloads."""
    try:
        nlp = spacy.load(name)
    except Exception as error:
        raise PrivacyError(
            "a spaCy name model can't be loaded",
            given=f"{name} ({type(error).__name__})",
            hint="install the package into the image, or name the folder of a pipeline",
        ) from None
    if not {"ner", "beam_ner", "entity_ruler", "span_ruler"} & {
        nlp.get_pipe_meta(pipe).factory for pipe in nlp.pipe_names
    }:
        raise PrivacyError("a spaCy pipeline finds no entities", given=name, hint="name a pipeline that has `ner`")
    return SpacyNames(nlp, folder_digest(nlp.path or Path(name)))
