"""The canary search: of a person who stands in every source nothing stands in anything that a run leaves or shows.

What exists today is searched. Lineage events and the metrics exporter come with issues 8 and 12: their files and
answers belong into PLACES then.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.secrecy.canaries import PERSON, WORD, sources_of
from tests.secrecy.conftest import Seen

#: What a run leaves and shows, and one file of each kind that there must be.
PLACES = {
    "home/evidence": "refine.json",
    "home/warehouse/refined": "*.parquet",
    "home/warehouse/features": "*.avro",
    "home/warehouse/_runs": "*.json",
    "home/published": "attrition.csv",
    "out/log": "log",
    "out/stdout": "stdout",
    "out/settings.txt": "settings.txt",
    "out/events": "local-*",
    "out/pages": "00001",
    "out/processes": "*-environ-*",
    "out/files": "*:temp_local_*",
}


#: What stays in refined free text: the word.
IN_TEXT = {WORD: ""}


def _files(seen: Seen, place: str) -> list[Path]:
    top, below = place.split("/", maxsplit=1)
    path = getattr(seen, top) / below
    return sorted(path.rglob("*")) if path.is_dir() else [path]


def _one(seen: Seen, place: str) -> Path:
    return next(path for path in _files(seen, place) if path.match(PLACES[place]))


def test_every_source_holds_canaries(seen: Seen) -> None:
    """Nothing is shown by a source that had none; of every column of the person one stands somewhere."""
    planted = {key for key, count in seen.planted.items() if count}
    assert {folder for folder, _ in planted} == {
        path.relative_to(seen.company).as_posix() for path in sources_of(seen.company)
    }
    assert {name for _, name in planted} == {*PERSON, WORD}


def test_landing_holds_them_all(seen: Seen) -> None:
    """They came in: what is not found elsewhere was taken out."""
    assert seen.canary_search.in_folder(seen.home / "landing").keys() == {*PERSON.values(), WORD}


@pytest.mark.parametrize("place", PLACES)
def test_no_canary_is_left_or_shown(seen: Seen, place: str) -> None:
    """No file of the place holds one but what stays in free text that was redacted."""
    found = {
        (name, path.name)
        for path in _files(seen, place)
        if path.is_file()
        for name in seen.canary_search.in_file(path)
        if not (path.match("refined/*/data/*/*.parquet") and IN_TEXT.get(name, "nowhere") in path.as_posix())
    }
    assert found == set()


def test_a_letter_keeps_no_employee_number(seen: Seen) -> None:
    """A letter says in its own text whose it is; its redacted body should not."""
    letters = seen.home / "warehouse" / "refined" / "attrition__letters"
    assert PERSON["employee_id"] not in seen.canary_search.in_folder(letters)


def test_the_rest_of_the_home_holds_none(seen: Seen) -> None:
    """Whatever else lies in the home: outside landing and refined tables nothing."""
    assert seen.canary_search.in_folder(seen.home, seen.home / "landing", seen.home / "warehouse" / "refined") == {}


def test_free_text_keeps_its_words(seen: Seen) -> None:
    """The word is found in refined Parquet: the search reads what is packed and encoded there."""
    found = seen.canary_search.in_folder(seen.home / "warehouse" / "refined")[WORD]
    assert all(path.endswith(".parquet") for path in found)


def _appended(path: Path) -> None:
    with path.open("ab") as file:
        file.write(f" … {PERSON['work_email']}\n".encode())


def _another_column(path: Path) -> None:
    read = pq.read_table(path)
    added = pa.array([PERSON["work_email"]] * len(read), pa.string())
    pq.write_table(read.append_column("more", added), path, compression="zstd")


@pytest.mark.parametrize("place", PLACES)
def test_a_canary_put_there_is_found(seen: Seen, place: str, tmp_path: Path) -> None:
    """The same search finds one in a copy of such a file, in Parquet as a value among others."""
    copy = Path(shutil.copy(_one(seen, place), tmp_path))
    write: Callable[[Path], None] = _another_column if copy.suffix == ".parquet" else _appended
    write(copy)
    assert PERSON["work_email"] in seen.canary_search.in_file(copy)
