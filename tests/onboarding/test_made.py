"""Dataset folders: read by the same reader as any, never written over, and nothing personal in them."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from pipeline.contracts.dataset import load_dataset_folder
from pipeline.errors import ClearwellError, SettingsError, SourceError
from pipeline.extract.connections import read_connections
from pipeline.features.registry import load_features
from pipeline.onboarding.release_advice import advise
from pipeline.settings import Settings
from tests.onboarding.conftest import Make

HEADER = "Employee No;Vorname;E-Mail;Geburtstag;Ort;Gehalt;Team;Raucher;bleibt\n"
PEOPLE = HEADER + "".join(
    f"P{n};Vn{n};p{n}@firm.de;{n % 28 + 1:02}.05.19{60 + n % 30};{'AB'[n % 2]};{3000 + n},5;{'XYZ'[n % 3]};k.A.;"
    f"{'ja' if n % 4 else 'nein'}\n"
    for n in range(80)
)


def test_the_folder_is_a_dataset(make: Make) -> None:
    """Contract, dataset.yaml and features load; the comments give each reason."""
    made = make({"people.csv": PEOPLE}, target="bleibt")
    dataset = load_dataset_folder(made.folder)
    columns = {item.name: item for item in dataset.contracts["people"].columns}
    assert dataset.spec.entity == "employee"
    assert columns["employee_no"].privacy.domain == "employee"
    assert columns["geburtstag"].form.date == "dd.MM.yyyy"
    assert columns["gehalt"].form.decimal == ","
    assert columns["bleibt"].form.booleans == {"ja": True, "nein": False}
    assert columns["ort"].valid_values == ("A", "B")
    assert columns["raucher"].privacy.action == "drop"
    features = load_features(made.folder / "features.py")
    assert features.label is not None
    assert features.label.name == "bleibt"
    assert [item.name for item in features.features] == ["geburtstag", "ort", "gehalt", "team"]
    text = (made.folder / "contracts" / "people.odcs.yaml").read_text()
    assert text.count("# ") > 2 * len(columns)
    assert {path.name for path in made.folder.rglob("*") if path.is_file()} == {
        "dataset.yaml", "features.py", "people.odcs.yaml",
    }  # fmt: skip


def test_nothing_told_holds_a_value(make: Make) -> None:
    """What is said for people and programs has names and counts; of the files, only the contract lists words."""
    made = make({"people.csv": PEOPLE})
    told = str(made.document())
    files = (made.folder / "features.py").read_text() + (made.folder / "dataset.yaml").read_text()
    for value in ("p1@firm.de", "Vn1", "3001", "05.1961", "P17"):
        assert value not in told
        assert value not in files
        assert value not in (made.folder / "contracts" / "people.odcs.yaml").read_text()


def test_a_connection_is_added_once(make: Make, settings: Settings) -> None:
    """Others' lines stay as they are, the same folder is the same connection, another gets another name."""
    file = settings.connections_file
    file.parent.mkdir()
    file.write_text("# mine\nmine: {folder: elsewhere}  # as it was")
    file.chmod(0o600)
    make({"people.csv": PEOPLE}, "mine")
    make({"people.csv": PEOPLE}, "mine", force=True)
    text = file.read_text()
    assert text.startswith("# mine\nmine: {folder: elsewhere}  # as it was\nmine_2: ")
    assert text.count("\n") == 3
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(read_connections(file).systems) == {"mine", "mine_2"}


def test_a_link_to_connections_stays_one(make: Make, settings: Settings, tmp_path: Path) -> None:
    """The file that a link leads to is written, not the link."""
    (tmp_path / "real.yaml").write_text("")
    settings.connections_file.parent.mkdir()
    settings.connections_file.symlink_to(tmp_path / "real.yaml")
    make({"people.csv": PEOPLE})
    assert settings.connections_file.is_symlink()
    assert "mine" in (tmp_path / "real.yaml").read_text()


def test_nothing_is_written_over(make: Make, settings: Settings) -> None:
    """A dataset that is there needs --force, and one that holds what others wrote is never replaced."""
    made = make({"people.csv": PEOPLE})
    with pytest.raises(SettingsError, match="mine is there already"):
        make({"people.csv": PEOPLE})
    make({"people.csv": PEOPLE}, force=True)
    (made.folder / "notes.txt").write_text("precious")
    with pytest.raises(SettingsError, match="holds what clearwell new did not write"):
        make({"people.csv": PEOPLE}, force=True)
    assert (made.folder / "notes.txt").read_text() == "precious"


REFUSED = [
    ({"a.csv": "id,x\n1,2\n"}, "Has Capitals", "can't have that name"),
    ({"a.csv": "id,x\n1,2\n"}, "../up", "can't have that name"),
    ({"max@firm.org.csv": "id,x\n1,2\n"}, "mine", "the name of file 1 holds what looks like a personal value"),
    ({"a.csv": "id,x\n"}, "mine", "a.csv has a header and no rows"),
]


@pytest.mark.parametrize(("files", "name", "says"), REFUSED)
def test_bad_names_and_files_are_refused(
    make: Make, settings: Settings, files: dict[str, str], name: str, says: str
) -> None:
    """Nothing is left behind where nothing was made."""
    with pytest.raises(ClearwellError, match=says) as refused:
        make(files, name)
    assert "max" not in str(refused.value)
    assert not settings.root.exists() or not any(settings.root.rglob("*"))


def test_files_of_one_header_are_one_source(make: Make) -> None:
    """Years of files are found by one pattern; a file beside them that it would match as well is told."""
    files = {f"pay_{year}.csv": f"id,x\n{year},1\n" for year in (2019, 2020, 2021)}
    made = make(files)
    [(name, source)] = load_dataset_folder(made.folder).spec.sources.items()
    assert (name, source.files) == ("pay", "pay_20*.csv")
    files.pop("pay_2020.csv")
    with pytest.raises(SourceError, match="no pattern matches the given files alone"):
        make(files, "other")


def test_several_sources_are_joined(make: Make) -> None:
    """The first file has one record an entity; of the second's many come counts and means."""
    people = "employee_id,team\n" + "".join(f"E{n},{'AB'[n % 2]}\n" for n in range(40))
    hours = "employee_id,day,hours\n" + "".join(f"E{n % 40},2020-01-{n // 40 + 1:02},{n % 9}.5\n" for n in range(120))
    made = make({"people.csv": people, "hours.csv": hours})
    dataset = load_dataset_folder(made.folder)
    assert dataset.contracts["hours"].references[0].source == "people"
    assert dataset.contracts["hours"].event_time == "day"
    names = [item.name for item in load_features(made.folder / "features.py").features]
    assert names == ["team", "hours_records", "hours_hours_mean"]


def rows(form: str, count: int = 30) -> str:
    """Lines, each with its number in place of `#` and its parity in place of `%`."""
    return "".join(form.replace("#", f"{n}").replace("%", f"{n % 2}") + "\n" for n in range(count))


HOSTILE = [
    pytest.param("姓名,年龄,Größe (cm),E-Mail!,yes,no,null\n" + rows("张#,4%,15%,p#@x.org,%,1,0"), id="unicode"),
    pytest.param('class,select,from,`q`,a\'b,"c""d",e\\f\n' + rows("#,%,1,2,3,4,5"), id="keywords"),
    pytest.param("id,q\n" + rows('#,"it\'s ""%"" \\ [x] : - ? {{"'), id="marks_in_values"),
    pytest.param("id,name,age\n1,Ann Lee,30\n", id="one_row"),
    pytest.param("review\n" + rows('"The product # was good and I called 030 1234567 about it"'), id="text_only"),
    pytest.param("id,empty\n" + rows("#,"), id="all_null"),
    pytest.param(",".join(f"col {n}" for n in range(500)) + "\n" + rows(",".join("7" * 500)), id="wide"),
    pytest.param("id,v\n" + rows("#,1e3#"), id="huge_numbers"),
    pytest.param("id,v\n" + rows("#,\x7f\u2028%"), id="odd_characters"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_files_make_datasets_that_load(make: Make, text: str) -> None:
    """Whatever headers and values hold, what is written is a dataset that can be read back."""
    made = make({"x.csv": text})
    assert load_dataset_folder(made.folder).contracts["x"].columns
    assert load_features(made.folder / "features.py").features


def test_the_policy_is_told_in_numbers(make: Make) -> None:
    """What the release policy would withhold stands beside what else could be chosen."""
    rows = "".join(f"{n},{20 + n % 50},{'fm'[n % 2]},c{n % 9}\n" for n in range(90))
    advice = advise(make({"x.csv": "id,age,gender,city\n" + rows}).proposal)
    assert advice.asks
    assert advice.entities == 90
    assert advice.finest.withheld > 0.05
    assert any(choice.withheld <= 0.05 for choice in advice.others)
    few = advise(make({"y.csv": "id,age\n1,30\n"}, "few").proposal)
    assert few.too_few


def test_dataset_yaml_is_of_today(make: Make) -> None:
    """Files of today are read as of today."""
    made = make({"people.csv": PEOPLE})
    assert yaml.safe_load((made.folder / "dataset.yaml").read_text())["as_of"] == date.today()


def test_rare_words_are_folded_in_features(make: Make) -> None:
    """Of a column with rare values, only the frequent ones are published, others as `other`; nulls stay nulls."""
    rows = "".join(f"{n},{'abc'[n % 3] if n > 3 else f'rare{n}'}\n" for n in range(60))
    made = make({"x.csv": "id,colour\n" + rows})
    text = (made.folder / "features.py").read_text()
    assert "value.isin('a', 'b', 'c') | value.isNull(), value).otherwise('other')" in text
    assert "rare1" not in text
    assert [item.name for item in load_features(made.folder / "features.py").features] == ["colour"]
