"""`recognizers.py`: a dataset's own recognizers as classes derived from Presidio's."""

import ast
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from presidio_analyzer import EntityRecognizer, PatternRecognizer, predefined_recognizers

from pipeline.contracts.place import Path as Route
from pipeline.contracts.place import Place
from pipeline.errors import ClearwellError, ContractError
from pipeline.privacy.own.patterns import refuse_pattern
from pipeline.privacy.tokens import LANGUAGE


def load_classes(path: Path) -> Iterator[tuple[Place, EntityRecognizer]]:
    """One recognizer of each class that the file defines, in their order, and the class's place.

    A class whose name begins with an underscore is a base of others and is not made.

    Raises:
        ContractError: the file fails, defines none, or one that can't be made or would find nothing.
    """
    kinds = [
        kind
        for name, kind in vars(_module(path)).items()
        if isinstance(kind, type)
        and issubclass(kind, EntityRecognizer)
        and kind.__module__ == _name(path)
        and not name.startswith("_")
    ]
    if not kinds:
        raise ContractError(
            f"{path.name}: defines no recognizer", allowed="classes derived from presidio_analyzer's EntityRecognizer"
        )
    nodes = ast.parse(path.read_bytes()).body
    lines: dict[Route, int] = {(node.name,): node.lineno for node in nodes if isinstance(node, ast.ClassDef)}
    for kind in kinds:
        place = Place(path.name, lines, (kind.__name__,), kind.__name__)
        yield place, _made(kind, place, path)


def _module(path: Path) -> ModuleType:
    spec = spec_from_file_location(_name(path), path)
    if spec is None or spec.loader is None:
        raise ContractError("recognizers are Python", given=path.name)
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ClearwellError:
        raise
    except Exception as error:
        raise ContractError(
            f"{path.name}:{_line(error, path)}: can't be loaded", given=f"{type(error).__name__}: {error}"
        ) from error
    return module


def _made(kind: type[EntityRecognizer], place: Place, path: Path) -> EntityRecognizer:
    if kind.__name__ in predefined_recognizers.__all__:
        raise place.refusal("this name is one of Presidio's own", hint="give the class another")
    if kind.analyze is EntityRecognizer.analyze:
        raise place.refusal("has no analyze and would find nothing", allowed="analyze(text, entities, nlp_artifacts)")
    try:
        made = kind()
    except Exception as error:
        given = f"{type(error).__name__}: {error}"
        at = f"{path.name}:{_line(error, path)}: {kind.__name__}"
        hint = "give every argument of its __init__ a default"
        raise ContractError(f"{at}: can't be made without arguments", given=given, hint=hint) from error
    if made.supported_language != LANGUAGE:
        given = made.supported_language
        raise place.refusal("texts are read with English context words", given=given, allowed=LANGUAGE)
    for pattern in made.patterns if isinstance(made, PatternRecognizer) else ():
        if problem := refuse_pattern(pattern.regex):
            raise place.refusal(f"{pattern.name}: {problem[0]}", hint=problem[1])
    return made


def _line(error: BaseException, path: Path) -> int:
    """The last line of the file that the error came through."""
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == str(path)]
    return next((line for line in reversed(lines) if line), 1)


def _name(path: Path) -> str:
    return f"recognizers_of_{path.parent.name}"
