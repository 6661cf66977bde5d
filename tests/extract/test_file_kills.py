"""Killed at any moment and started again, a pull of files ends in the landing of one that nobody disturbed."""

import gzip
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.extract.landing import SourceManifest, verify_object
from tests.services.dumps import HEADER, Dumps

PACK_BYTES = 10_000
#: While an object's bytes are written, before its members are, and after.
MOMENTS = ("00001.csv", "00003.csv.index", "00008.csv.members")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Small files for some packs, one that is larger than a pack, and two that are compressed."""
    draw = random.Random(3)
    small = {f"staff_{number:04}.csv": rows(draw, draw.randrange(1, 60)) for number in range(400)}
    packed = {f"staff_{number:04}a.csv.gz": gzip.compress(rows(draw, 2000), mtime=0) for number in (100, 200)}
    return small | packed | {"staff_0300a.csv": rows(draw, 20_000)}


def rows(draw: random.Random, count: int) -> bytes:
    return HEADER + b"".join(b"%d,%08x,2020\n" % (number, draw.getrandbits(32)) for number in range(count))


def set_up(root: Path, files: dict[str, bytes]) -> Dumps:
    dumps = Dumps(root)
    for name, body in files.items():
        dumps.write(name, body)
    return dumps


def start(dumps: Dumps) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.services.dumps", str(dumps.root), str(PACK_BYTES)])


def kill_when(dumps: Dumps, appears: str) -> None:
    """SIGKILL a pull as soon as a file appears in its landing."""
    with start(dumps) as process:
        while not dumps.landing.path(f"staff/{appears}").exists():
            assert process.poll() is None, "the pull ended before it could be killed"
            time.sleep(0.0005)
        process.kill()
    assert not dumps.landing.exists("staff/_pulls/2025-12-31/dumps.json"), "the pull was in before it could be killed"


def landed(dumps: Dumps, manifest: SourceManifest) -> Any:
    for item in manifest.objects:
        verify_object(dumps.landing, item)
    return [(item.key, item.origin, item.sha256, item.records_digest) for item in manifest.objects]


def test_killed_pulls_end_in_the_same_landing(tmp_path: Path, files: dict[str, bytes]) -> None:
    """SIGKILL when files are listed, within an object and between commits, all on the same landing."""
    calm = set_up(tmp_path / "calm", files)
    with start(calm) as process:
        assert process.wait() == 0
    disturbed = set_up(tmp_path / "disturbed", files)
    for appears in ("_pulls/2025-12-31/.dumps.files", *(f"dumps/2025-12-31.1-{name}" for name in MOMENTS)):
        kill_when(disturbed, appears)
    with start(disturbed) as process:
        assert process.wait() == 0
    assert len(calm.pull().objects) > 15
    assert landed(disturbed, disturbed.pull()) == landed(calm, calm.pull())
    assert disturbed.seal().records_digest == calm.seal().records_digest
    assert disturbed.landing.keys("staff") == calm.landing.keys("staff")
