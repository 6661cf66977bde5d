"""A small dataset of files about people: who they are, what was written of them, and what names them by mail alone."""

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from pipeline.jobs.context import Workplace, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.settings import Settings

NAME = "club"
SOURCES = {
    "people": {"kind": "csv", "connection": "files", "files": "people*.csv"},
    "notes": {"kind": "jsonl", "connection": "files", "files": "notes.jsonl"},
    "visits": {"kind": "csv", "connection": "files", "files": "visits.csv"},
    "letters": {"kind": "documents", "connection": "files", "files": "letters/*"},
}
#: Name, privacy action, and place in a document.
COLUMNS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "people": [
        ("person", {"action": "pseudonymise", "domain": "person"}),
        ("given", {"action": "drop", "roster": "given_name"}),
        ("family", {"action": "drop", "roster": "family_name"}),
        ("mail", {"action": "pseudonymise", "domain": "email", "roster": "email"}),
        ("phone", {"action": "drop", "roster": "phone"}),
        ("seen", {"action": "keep"}),
    ],
    "notes": [
        ("note", {"action": "pseudonymise", "domain": "note"}),
        ("person", {"action": "pseudonymise", "domain": "person"}),
        ("author", {"action": "pseudonymise", "domain": "person"}),
        ("body", {"action": "redact"}),
    ],
    "visits": [
        ("visit", {"action": "pseudonymise", "domain": "visit"}),
        ("mail", {"action": "pseudonymise", "domain": "email"}),
        ("visitor", {"action": "drop"}),
        ("seen", {"action": "keep"}),
    ],
    "letters": [("letter", {"action": "pseudonymise", "domain": "letter"}), ("body", {"action": "redact"})],
}
IDENTITY = {
    "people": {"member": ["person"], "linksBy": ["mail"]},
    "notes": {"member": ["person"]},
    "visits": {"member": [], "linksBy": ["mail"]},
}
PEOPLE = [
    "P-000001,Vidya,Hegde,v.hegde@corp.example,+91 88145 27394,2020-01-01",
    "P-000001,Vidya,Hegde,office@corp.example,+91 88145 27394,2021-01-01",
    "P-000002,Jos\u00e9,N\u00fa\u00f1ez,j.n@corp.example,,2020-01-01",
    "P-000003,Anna,Lee,office@corp.example,,2023-01-01",
    "P-000004,Vidya,Hegde,v.hegde2@corp.example,,2020-01-01",
    "7,Rahul,Rao,r.rao@corp.example,,2020-01-01",
    "P-000008,Kim,Poe,k.poe@corp.example,,not a date",
]
NOTES: list[dict[str, Any] | str] = [
    {"note": 0, "person": "P-000001", "author": "P-000003", "body": "fine"},
    {"note": 1, "person": "P-000003", "author": "P-000002", "body": "with HEGDE, Vidya"},
    {"note": 2, "person": "P-000004", "author": "P-000002", "body": "with Vidya Hegde"},
    {"note": 3, "person": "P-000003", "author": "P-000001", "body": "fine"},
    {"note": 4, "person": "P-000003", "author": "P-000002", "body": "fine", "extra": {"call": "088145-27394"}},
    '{"note": 5, "person": "P-000003", "body": "v.hegde@corp.example',
    {"note": 6, "person": "P-000003", "author": "7", "body": "7 of 9"},
    {"note": 7, "person": " P-000002 ", "author": None, "body": "fine"},
    {"note": 8, "person": "P-000003", "author": "P-000002", "body": "Jose\u0301 NU\u00d1EZ"},
    {"note": 9, "person": "P-000008", "author": "P-000002", "body": 17},
]
VISITS = [
    "0,v.hegde@corp.example,Vidya Hegde,2020-05-05",
    "1,office@corp.example,V. H.,2022-05-05",
    "2,office@corp.example,A. L.,2024-05-05",
    "3,V.HEGDE2@corp.example,Vidya Hegde,2020-05-05",
    "4,office@corp.example,V. H.,2020-05-05",
]


def word_file(text: str) -> bytes:
    """A DOCX whose text is cut into runs of two letters."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    runs = "".join(f'<w:r><w:t xml:space="preserve">{text[at : at + 2]}</w:t></w:r>' for at in range(0, len(text), 2))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {space}><w:body><w:p>{runs}</w:p></w:body></w:document>")
    return sink.getvalue()


LETTERS = {
    "a.docx": word_file("Dear Jos\u00e9 N\u00fa\u00f1ez"),
    "b.txt": b"to nobody",
    "c.txt": b"to j.n@corp.example",
}


def land(home: Path, folder: Path, people: Sequence[str] = PEOPLE) -> Workplace:
    """Write the dataset's folder and its files, and pull them."""
    files = folder / "files"
    (files / "letters").mkdir(parents=True, exist_ok=True)
    (files / "people.csv").write_text("\n".join([",".join(name for name, _ in COLUMNS["people"]), *people, ""]))
    (files / "visits.csv").write_text("\n".join([",".join(name for name, _ in COLUMNS["visits"]), *VISITS, ""]))
    lines = [note if isinstance(note, str) else json.dumps(note) for note in NOTES]
    (files / "notes.jsonl").write_text("\n".join([*lines, ""]))
    for name, content in LETTERS.items():
        (files / "letters" / name).write_bytes(content)
    (folder / "connections.yaml").write_text("files: {folder: files}\n")
    workplace = open_workplace(_settings(home, folder), NAME)
    extract_sources(workplace, workplace.dataset.spec.as_of, tuple(SOURCES))
    return workplace


def _settings(home: Path, folder: Path) -> Settings:
    made = folder / "datasets" / NAME
    (made / "contracts").mkdir(parents=True, exist_ok=True)
    spec = {
        "name": NAME,
        "title": "Club",
        "owner": "club",
        "entity": "member",
        "as_of": "2025-06-30",
        "sources": SOURCES,
        "release": {"policy": "internal", "k": 5, "quasi_identifiers": []},
    }
    (made / "dataset.yaml").write_text(yaml.safe_dump(spec))
    (made / "features.py").write_text("")
    for source in SOURCES:
        (made / "contracts" / f"{source}.odcs.yaml").write_text(yaml.safe_dump(_contract(source)))
    return Settings(home=home, datasets=made.parent, connections=folder / "connections.yaml")


def _contract(source: str) -> dict[str, Any]:
    columns = []
    for at, (name, privacy) in enumerate(COLUMNS[source]):
        place = {"letter": "fact:Reference", "body": "text"}.get(name) if source == "letters" else None
        columns.append(
            {
                "name": name,
                "logicalType": "date" if name == "seen" else "string",
                "description": f"What {name} says",
                "primaryKey": at == 0,
                **({"physicalName": place} if place else {}),
                "customProperties": [{"property": "privacy", "value": privacy}],
            }
        )
    known = "seen" if any(name == "seen" for name, _ in COLUMNS[source]) else None
    properties = [{"property": "identity", "value": IDENTITY[source]}] if source in IDENTITY else []
    properties += [{"property": "eventTime", "value": known}] if known else []
    schema = {"name": source, "customProperties": properties, "properties": columns}
    head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": source, "version": "1", "status": "active"}
    return {**head, "schema": [schema]}
