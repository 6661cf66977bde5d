"""Documents that others' readers open, with nothing lost."""

import io
import zipfile

import docx
import pytest
from striprtf.striprtf import rtf_to_text

from pipeline.synthetic.docx import docx_file
from pipeline.synthetic.rtf import rtf_file

FACTS = {"Reference": "D000000001", "Kind": "exit & <more>"}
TEXTS = ["Plain.", "  outer blanks  ", "<w:t>&amp;</w:t> ]]>", "Größe, प्रिया, ராஜன்", "", '"quoted" \\{braces\\}']


def test_word_documents_are_read_as_written() -> None:
    """Facts, paragraphs, text box and properties come back whatever signs they hold."""
    body = docx_file(FACTS, TEXTS, "Call <us>", "Title & more", "2015-11-30T10:00:00Z")
    document = docx.Document(io.BytesIO(body))
    assert {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows} == FACTS
    assert [paragraph.text for paragraph in document.paragraphs] == TEXTS
    assert document.core_properties.title == "Title & more"
    assert document.core_properties.created is not None
    assert f"{document.core_properties.created:%Y-%m-%d %H:%M}" == "2015-11-30 10:00"
    assert b"Call &lt;us&gt;" in zipfile.ZipFile(io.BytesIO(body)).read("word/document.xml")


@pytest.mark.parametrize("box", [None, "Call us"])
def test_word_documents_are_sound_zips(box: str | None) -> None:
    """Checksums, sizes and offsets of all members are right, no clock is in them, and equal input gives equal bytes."""
    made = [docx_file(FACTS, TEXTS * 500, box, "T", "2015-11-30T10:00:00Z") for _ in range(2)]
    archive = zipfile.ZipFile(io.BytesIO(made[0]))
    assert made[0] == made[1]
    assert archive.testzip() is None
    assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_rich_text_is_read_as_written() -> None:
    """Signs that the format uses itself, and those beyond ASCII and beyond 16 bits, come back."""
    texts = [*TEXTS, "𝔘𝔫𝔦", "a?b"]
    # The reader leaves the two units of a sign beyond 16 bits apart.
    read = rtf_to_text(rtf_file(texts).decode("ascii")).encode("utf-16", "surrogatepass").decode("utf-16")
    assert read.split("\n")[: len(texts)] == texts
