"""Names by a transformers model, through Presidio's own recognizer; the library is loaded only when asked for."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from presidio_analyzer.predefined_recognizers.ner import HuggingFaceNerRecognizer

from pipeline.errors import PrivacyError
from pipeline.privacy.names.digests import folder_digest
from pipeline.privacy.spans import Span

PERSON = "PERSON"


class TransformersNames:
    """A NameFinder over a folder with a token-classification model, or the name of one in the local hub cache."""

    def __init__(self, name: str) -> None:
        folder = _folder(name)
        try:
            recognizer = HuggingFaceNerRecognizer(model_name=str(folder), supported_entities=[PERSON])
            recognizer.load()
        except Exception as error:
            raise _unusable(name, error) from None
        self._pipeline = _Watched(recognizer.ner_pipeline)
        recognizer.ner_pipeline = self._pipeline
        self._recognizer = recognizer
        self._digest = folder_digest(folder)

    @property
    def digest(self) -> str:
        """Sha256 of the model."""
        return self._digest

    @property
    def entity_types(self) -> frozenset[str]:
        """PERSON alone."""
        return frozenset({PERSON})

    def find_many(self, texts: Sequence[str]) -> list[list[Span]]:
        """PERSON spans of each text, by position; equal texts are read once.

        Raises:
            PrivacyError: the model failed; Presidio's recognizer alone would answer that there are no names.
        """
        known = {text: self._find(text) for text in dict.fromkeys(texts)}
        return [list(known[text]) for text in texts]

    def _find(self, text: str) -> list[Span]:
        found = self._recognizer.analyze(text, [PERSON])
        if self._pipeline.failure is not None:
            raise PrivacyError("a text can't be searched for names", given=self._pipeline.failure)
        kept = self._recognizer.remove_duplicates([item for item in found if item.entity_type == PERSON])
        return sorted(Span(item.start, item.end, PERSON, item.score) for item in kept)


class _Watched:
    """A pipeline that remembers the class of an error, since Presidio's recognizer swallows it."""

    def __init__(self, inner: Callable[[str], Any]) -> None:
        self._inner = inner
        self.failure: str | None = None

    def __call__(self, text: str) -> Any:
        try:
            return self._inner(text)
        except Exception as error:
            self.failure = type(error).__name__
            raise


def _folder(name: str) -> Path:
    """Where a model lies on this machine; never the network."""
    if Path(name).is_dir():
        return Path(name)
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415 - of the library that is loaded only when asked

        return Path(snapshot_download(name, local_files_only=True))
    except Exception as error:
        raise _unusable(name, error) from None


def _unusable(name: str, error: Exception) -> PrivacyError:
    return PrivacyError(
        "a transformers name model can't be loaded",
        given=f"{name} ({type(error).__name__})",
        hint="install transformers and torch into the image, and name the folder of a model that lies in it",
    )
