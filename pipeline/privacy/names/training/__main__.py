"""Trains the name model, measures it, and says whether it is the shipped one: `make model`."""

import argparse
import platform
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.privacy.names import files, packed
from pipeline.privacy.names.evaluation.measured import by_language
from pipeline.privacy.names.evaluation.notes import read_unseen
from pipeline.privacy.names.training import fit
from pipeline.privacy.names.training.corpus import Corpus
from pipeline.settings import cache_folder

_LIBRARIES = ("spacy", "thinc", "blis", "numpy")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure, write, compare."""
    parser = argparse.ArgumentParser(prog="make model", description=__doc__)
    parser.add_argument("--notes", type=int, default=fit.NOTES, help="how many notes to learn from")
    parser.add_argument("--seed", type=int, default=fit.SEED, help="of the notes and of the first weights")
    parser.add_argument("--write", action="store_true", help="put the model into the tree, as the shipped one")
    told = parser.parse_args(arguments)
    began = time.monotonic()
    weights = packed.pack(fit.fit(told.notes, told.seed, print))
    print(f"trained in {time.monotonic() - began:,.0f} s")
    folder = files.SHIPPED if told.write else cache_folder() / "names" / files.digest(weights)[:12]
    files.write_model(folder, weights, _card(weights, told.notes, told.seed))
    _show(files.read_card(folder)["figures"])
    print(f"model: {folder / files.WEIGHTS}\nsha256: {files.digest(weights)}, {len(weights):,} bytes")
    if not told.write:
        _compare(files.digest(weights))


def _card(weights: bytes, notes: int, seed: int) -> dict[str, Any]:
    """What is written beside the weights."""
    nlp = packed.unpack(weights)
    people = {"unseen names": read_unseen(), "names of the training text": Corpus(seed).people}
    return {
        "figures": {f"unseen templates, {which}": by_language(nlp, some) for which, some in people.items()},
        "libraries": {name: version(name) for name in _LIBRARIES},
        "machine": platform.machine(),
        "notes": notes,
        "python": platform.python_version(),
        "seed": seed,
    }


def _show(figures: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
    for which, languages in figures.items():
        print(which)
        for language, shares in languages.items():
            told = "  ".join(f"{name} {shares[name]:.3f}" for name in ("recall", "precision", "f", "recall_covered"))
            print(f"  {language:<9} {shares['planted']:>5} names  {told}")


def _compare(digest: str) -> None:
    shipped = Path(files.SHIPPED / files.CARD)
    if not shipped.exists():
        print("there is no shipped model; WRITE=1 puts this one into the tree")
    elif files.read_card()["sha256"] == digest:
        print("it is the shipped model, byte for byte")
    else:
        print("it is not the shipped model: other text, libraries or processor; WRITE=1 puts it into the tree")


if __name__ == "__main__":
    main()
