"""The key grep: of a whole run's keys nothing stands anywhere but in the key file."""

import hmac
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest

from tests.secrecy.canaries import PERSON
from tests.secrecy.conftest import Seen
from tests.secrecy.search import Search, forms_of_key, forms_of_text

KEY = bytes(range(120, 152))


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda key: key, id="raw"),
        pytest.param(lambda key: key[:16], id="half"),
        pytest.param(lambda key: key.hex().encode(), id="hex"),
        pytest.param(lambda key: key.hex().upper().encode(), id="HEX"),
        *(
            pytest.param(lambda key, n=n: b64encode(b"." * n + key + b"."), id=f"base64 after {n} bytes")
            for n in range(4)
        ),
        pytest.param(lambda key: urlsafe_b64encode(b"." + key), id="base64 of addresses"),
        pytest.param(lambda key: str(list(key)).encode(), id="Python's list"),
        pytest.param(lambda key: str([byte - (byte > 127) * 256 for byte in key]).encode(), id="Java's list"),
        pytest.param(lambda key: b",".join(b"%d" % byte for byte in key), id="numbers"),
    ],
)
def test_every_way_to_write_a_key_is_found(write: Callable[[bytes], bytes]) -> None:
    """A key is found in every form and amid other bytes; another key is not."""
    search = Search({"key": forms_of_key(KEY)})
    assert search.names_in(b"\0some bytes, " + write(KEY) + b"\xff and more") == {"key"}
    assert search.names_in(write(bytes(reversed(KEY)))) == set()


def test_no_key_stands_anywhere(seen: Seen) -> None:
    """Logs, events, pages, settings, plans, heap, processes, files on the way, and the home: no key of the run."""
    found = seen.key_search.in_folder(seen.out) | seen.key_search.in_folder(seen.home, seen.key_file)
    assert {name: places for name, places in found.items() if name in seen.keys} == {}


@pytest.mark.parametrize(
    ("way", "places"),
    [
        ("conf", ["events/", "heap.hprof", "pages/", "settings.txt"]),
        ("environment", ["processes/"]),
        ("literal", ["events/", "log", "pages/"]),
        ("log", ["log"]),
    ],
)
def test_a_key_that_is_leaked_is_found(seen: Seen, way: str, places: list[str]) -> None:
    """In the same run, by the same search: a key in a setting, an environment, a plan's literal, a line of the log."""
    found = seen.key_search.in_folder(seen.out)[way]
    assert [place for place in places if not any(path.startswith(place) for path in found)] == []


def test_the_keys_are_those_of_the_run(seen: Seen) -> None:
    """The search is for the key in the file, and under its derived key the canary's address became her pseudonym."""
    assert "master" in seen.key_search.in_file(seen.key_file)
    digest = hmac.digest(seen.keys["pseudonym:email"], PERSON["work_email"].encode(), "sha256")
    pseudonym = Search({"pseudonym": forms_of_text(digest.hex()[:32])})
    assert pseudonym.in_folder(seen.home / "warehouse" / "refined")
