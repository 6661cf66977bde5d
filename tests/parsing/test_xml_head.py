"""What the beginning of an XML file says about its records."""

import io
from typing import Any

import pytest

from pipeline.errors import ContractError
from pipeline.parsing.xml_head import describe_xml

_LATIN = '<?xml version="1.0" encoding="{}"?>\n<E>é<R/></E>'


def describe(content: bytes, record: str = "R") -> dict[str, Any]:
    found = dict(describe_xml(io.BytesIO(content), {"record": record}, ()))
    assert found.pop("record") == record
    return found


@pytest.mark.parametrize(
    ("content", "namespaces"),
    [
        (b"<E><R/></E>", {}),
        (b"<E xmlns:a='u' xmlns=\"v\"><R/></E>", {"a": "u", "": "v"}),
        (b"<E xmlns='u'><Y xmlns='' xmlns:a='w'><R/></Y></E>", {"a": "w"}),
        (b"<E><T xmlns:a='u'>x</T><Y b=\" xmlns:c='v'\"><R/></Y></E>", {}),
        (b"<E><Y xmlns='u'><R/></Y><Y xmlns='v'><R/></Y></E>", {"": "u"}),
        (b"<!-- <E xmlns='u'> --><?p?><E><R xmlns='v'/></E>", {}),
        (b"<E xmlns:a='x&amp;y'><R/></E>", {"a": "x&amp;y"}),
        (b"no XML", {}),
        (b"", {}),
    ],
)
def test_namespaces(content: bytes, namespaces: dict[str, str]) -> None:
    """The namespaces are those that the elements around the first record declare."""
    assert describe(content)["namespaces"] == namespaces


@pytest.mark.parametrize(
    ("content", "encoding", "reason"),
    [
        (b"<E/>", "utf-8", None),
        (b"\xef\xbb\xbf<E/>", "utf-8", None),
        (_LATIN.format("UTF-8").encode(), "utf-8", None),
        (_LATIN.format("ISO-8859-1").encode("latin1"), "iso8859-1", None),
        (_LATIN.format("windows-1252").encode("cp1252"), "cp1252", None),
        (_LATIN.format("US-ASCII").encode("latin1"), "ascii", None),
        (_LATIN.format("utf-16").encode(), "utf-8", "xml.encoding"),
        (_LATIN.format("klingon").encode(), "utf-8", "xml.encoding"),
        (_LATIN.format("GBK").encode(), "utf-8", "xml.encoding"),
        ("<E/>".encode("utf-16-be"), "utf-8", "xml.encoding"),
    ],
)
def test_encoding(content: bytes, encoding: str, reason: str | None) -> None:
    """An encoding that leaves ASCII as it is can be read; any other refuses the file."""
    found = describe(content)
    assert (found["encoding"], found.get("reason")) == (encoding, reason)


@pytest.mark.parametrize(
    ("doctype", "reason"),
    [
        (b"<!DOCTYPE E>", None),
        (b"<!DOCTYPE\n E >", None),
        (b"<!DOCTYPE E []>", "xml.doctype"),
        (b'<!DOCTYPE E [<!ENTITY a "b">]>', "xml.doctype"),
        (b'<!DOCTYPE E SYSTEM "e.dtd">', "xml.doctype"),
        (b'<!DOCTYPE E PUBLIC "a" "e.dtd">', "xml.doctype"),
        (b"<!DOCTYPE E", "xml.doctype"),
    ],
)
def test_doctype(doctype: bytes, reason: str | None) -> None:
    """A document type that only names the root is passed over; any other refuses the file."""
    found = describe(b"<?xml version='1.0'?><!-- x -->\n" + doctype + b"<E xmlns='u'><R/></E>")
    assert (found.get("reason"), found["namespaces"]) == (reason, {} if reason else {"": "u"})


@pytest.mark.parametrize("record", ["", "a:R", "{u}R", "R x", "<R", "1R"])
def test_bad_record_name(record: str) -> None:
    """What is no local name can't name the records."""
    with pytest.raises(ContractError, match="a record is named by one local name"):
        describe(b"<E/>", record)
