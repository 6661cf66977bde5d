"""A document of ours as the value that a model makes of it; what does not fit is refused with its line."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.contracts.place import Place
from pipeline.contracts.strict import Strict
from pipeline.contracts.vocabulary import nearest
from pipeline.contracts.yaml_lines import Document

_Model = TypeVar("_Model", bound=BaseModel)


def validated(model: type[_Model], document: Document, problem: str) -> _Model:
    """The document as `model`.

    Raises:
        ContractError: it does not fit; names the first place that `problem`, and its line.
    """
    try:
        return model.model_validate(document.content)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        # A slip in a word is told as such, and not as the word that is missing then.
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        place, where = _place(first["loc"], document.place)
        unknown = first["type"] == "extra_forbidden"
        raise place.refusal(
            f"{where}: unknown word" if unknown else f"{where} {problem}",
            allowed=None if unknown else first["msg"],
            hint=nearest(first["loc"][-1], _words(Strict)) if unknown else None,
        ) from None


def _place(keys: tuple[int | str, ...], place: Place) -> tuple[Place, str]:
    """The nearest place that the file has, and the path as people write it; kinds of a union are no part of it."""
    where: list[str] = []
    for position, key in enumerate(keys):
        if (*place.path, key) in place.lines:
            place = place / key
        elif position < len(keys) - 1:
            continue
        where.append(str(key))
    return place, ".".join(where)


def _words(model: type[Strict]) -> set[str]:
    """The fields of all that is made of `model`."""
    found = {field.alias or name for name, field in model.model_fields.items()}
    return found.union(*(_words(child) for child in model.__subclasses__()))
