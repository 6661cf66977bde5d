"""The scanner answers exactly as Presidio's engine does, without a network."""

import logging
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

from pipeline.errors import PrivacyError
from pipeline.privacy.recognizers import make_recognizers
from pipeline.privacy.scanner import Scanner, make_engine, shared_scanner
from pipeline.privacy.spans import Span
from pipeline.privacy.tokens import TokenEngine

EXAMPLES = [
    "Call +91 98765 43210 or (415) 555-2671 today.",
    "Mail asha.rao@corp.co.in, cc: OPS@EXAMPLE.DE; see https://example.com/a?b=1.",
    "Aadhaar 2345 6789 0124, pan ABCPE1234F and gstin 27AAPFU0939F1ZV.",
    "ssn 536-90-4399, card 4111 1111 1111 1111, IBAN GB29 NWBK 6016 1331 9268 19.",
    "Host 10.12.0.7 or dead::beef, wallet 1BoatSLRHtKNngkdXEeobR76b53LETtpyT.",
    "A1 rating; driver license A1234567; passport A2096457; NHS 943 476 5919.",
    "Vehicle KA01AB1234, registration AB51 ABC, postcode SW1A 1AA.",
    "बैठक 98765 43210 पर, मेल: a@b.in",
    "Nothing personal at all",
    "12:30 on 2021-12-31 with 3.5 of 5.0 and 1,234 rows",
    "x" * 3000 + " asha@corp.in",
    "",
    " ",
]


def stock_engine() -> AnalyzerEngine:
    """Presidio's engine put together by hand, apart from the scanner."""
    return AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=make_recognizers(), supported_languages=["en"]),
        nlp_engine=TokenEngine(),
        supported_languages=["en"],
        context_aware_enhancer=LemmaContextAwareEnhancer(context_matching_mode="whole_word"),
    )


STOCK = stock_engine()


def stock(text: str) -> list[Span]:
    found = STOCK.analyze(text, language="en", score_threshold=0.4)
    return [Span(item.start, item.end, item.entity_type, item.score) for item in found]


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_scan_equals_presidio(text: str) -> None:
    """First look, remembered answer and Presidio's own agree: spans, types, scores and order."""
    scanner = shared_scanner()
    assert scanner.scan(text) == scanner.scan(text) == stock(text)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="019 aAfZ@.:-/+()\n\u0967\u00e9", max_size=40))
@example("::")
@example("a.co")
@example("\u0967" * 10)
def test_scan_equals_presidio_on_hostile_texts(text: str) -> None:
    """Texts made of the characters that patterns ask for get the same answer."""
    assert shared_scanner().scan(text) == stock(text)


@pytest.mark.parametrize("text", ["see example.com", "www.x.in", "X.DE/a", '"corp.io"', "http://a.b.fr"])
def test_gates_let_addresses_through(text: str) -> None:
    """URLs have neither digit nor @, and are still found."""
    assert [span.entity_type for span in shared_scanner().scan(text)] == ["URL"]


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("grade A1 in B2", []),
        ("license A1", ["US_DRIVER_LICENSE"]),
        ("duplicate A1", []),
        ("number 123456789", []),
        ("ssn 536904399", ["US_SSN"]),
        ("on 2021-12-31 at 12:30", []),
        ("Aadhaar 2345 6789 0125", []),
        ("card 4111 1111 1111 1112", []),
    ],
)
def test_threshold_and_context(text: str, types: list[str]) -> None:
    """Weak patterns need a whole context word; failed check digits and dates are nothing."""
    assert [span.entity_type for span in shared_scanner().scan(text)] == types


def test_answers_are_not_shared() -> None:
    """Changing an answer does not change the remembered one."""
    scanner = Scanner()
    text = "mail asha@corp.in"
    scanner.scan(text).clear()
    assert scanner.scan(text) == stock(text)


def test_long_texts_have_tokens() -> None:
    """A text of more than a million characters is not refused, as spaCy's pipelines would."""
    assert len(TokenEngine().process_text("word " * 210_000, "en").tokens) == 210_000


def test_timed_out_pattern_stops(caplog: pytest.LogCaptureFixture) -> None:
    """Presidio's note that it skipped a pattern becomes an error; its other messages are not logged."""
    shared_scanner()
    logger = logging.getLogger("presidio-analyzer")
    with pytest.raises(PrivacyError, match="a pattern timed out"):
        logger.warning("Regex pattern '%s' timed out after %s seconds, skipping.", "x", 60)
    logger.error("Failed to validate text %s", "GB29NWBK60161331926819")
    assert caplog.records == []


class Failing(EntityRecognizer):
    """A user's recognizer whose error quotes the text."""

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: object) -> list[object]:
        raise ValueError(f"did not find {text}")


def test_failure_names_no_text() -> None:
    """When a recognizer fails, the error has its class and not its message, which may quote the text."""
    scanner = Scanner([Failing(["FAILING"])])
    with pytest.raises(PrivacyError) as caught:
        scanner.scan("asha@corp.in")
    assert str(caught.value) == "a text can't be searched for personal data\n  given:   ValueError"
    assert caught.value.__suppress_context__


def test_engine_has_no_language_model() -> None:
    """No recognizer for names by a model is loaded, and all types have one."""
    types = make_engine().get_supported_entities("en")
    assert "PERSON" not in types
    assert "DATE_TIME" not in types
    assert {"IN_AADHAAR", "IN_PAN", "IN_GSTIN", "IN_PASSPORT", "IN_VOTER", "IN_VEHICLE_REGISTRATION"} <= set(types)


def test_no_network_at_run_time() -> None:
    """A fresh process that may open no socket scans mail addresses."""
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise RuntimeError('network')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse; socket.create_connection = refuse\n"
        "from pipeline.privacy.scanner import shared_scanner\n"
        "print(shared_scanner().scan('mail a@corp.co.in')[0].entity_type)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "EMAIL_ADDRESS"
