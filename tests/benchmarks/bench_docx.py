"""DOCX letters a second against python-docx, the same text: headers, body with tables and text boxes, footers.

The letters are of one page or two, written by python-docx from its own template: a table of facts, some paragraphs of
several runs, a table of ratings, a text box. One of ten letterheads stands in the header; each footer is another.
python-docx has no reader of text boxes: the peer finds them by XPath in the tree that it has already read.
"""

import io
import random
from collections.abc import Iterable

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from pipeline.parsing.docx_package import read_docx
from tests.benchmarks.harness import compare

_LETTERS = 300
_TEXT = (
    "the employee showed steady progress in delivery and team work during this period while most of the goals were met "
    "Zoë Müller will support further training & growth next year"
)
_WORDS = _TEXT.split()
_BOX = """<w:r {w} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
  xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml">
  <mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>
  <mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>
</w:r>"""
_CONTENT = "<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"


def write_letter(seed: int) -> bytes:
    """One letter."""
    rng = random.Random(seed)
    letter = docx.Document()
    letter.sections[0].header.paragraphs[0].text = f"Meridian, department {seed % 10}"
    letter.sections[0].footer.paragraphs[0].text = f"R{seed:09}"
    letter.add_heading("Appraisal", 1)
    facts = letter.add_table(0, 2)
    for label in ("Reference", "Employee number", "Kind", "Date"):
        cells = facts.add_row().cells
        cells[0].text, cells[1].text = label, f"{rng.randrange(10**8):09}"
    for _ in range(rng.randrange(3, 9)):
        paragraph = letter.add_paragraph()
        for _ in range(rng.randrange(1, 5)):
            paragraph.add_run(_sentence(rng)).bold = rng.random() < 0.2
    box = _CONTENT.format(text="In confidence")
    letter.add_paragraph("Note\tto file")._p.append(parse_xml(_BOX.format(w=nsdecls("w"), box=box)))
    ratings = letter.add_table(0, 3)
    for _ in range(5):
        for cell in ratings.add_row().cells:
            cell.text = rng.choice(_WORDS)
    file = io.BytesIO()
    letter.save(file)
    return file.getvalue()


def read_by_peer(letter: bytes) -> str:
    """The text of a letter by python-docx."""
    document = docx.Document(io.BytesIO(letter))
    section = document.sections[0]
    stories: tuple[Iterable[Paragraph | Table], ...] = (
        section.header.iter_inner_content(),
        document.iter_inner_content(),
        section.footer.iter_inner_content(),
    )
    return "".join(_text(block, document) for story in stories for block in story)


def _sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(_WORDS, k=rng.randrange(5, 25))) + ". "


def _text(block: Paragraph | Table, document: Document) -> str:
    if isinstance(block, Table):
        rows = ("\t".join(_cell_text(cell, document) for cell in row.cells) for row in block.rows)
        return "".join(f"{row}\n" for row in rows)
    boxes = block._p.xpath("./w:r/*[local-name()='AlternateContent']/*[1]//w:txbxContent/w:p")
    return f"{block.text}\n" + "".join(_text(Paragraph(box, document._body), document) for box in boxes)


def _cell_text(cell: _Cell, document: Document) -> str:
    return "".join(_text(block, document) for block in cell.iter_inner_content()).removesuffix("\n")


def main() -> None:
    letters = [write_letter(seed) for seed in range(_LETTERS)]
    compare(
        "docx",
        lambda: [read_by_peer(letter) for letter in letters],
        lambda: [read_docx(letter).text for letter in letters],
        work=len(letters),
        unit="documents",
        equal=lambda peer, ours: peer == ours,
    )


if __name__ == "__main__":
    main()
