"""The stack as Pulumi would be asked for it: the program runs whole, only AWS is a recorder."""

import copy
import json
import runpy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_all_config, set_mocks

ROOT = Path(__file__).parents[2]
ZONES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "platform.yaml").read_text(encoding="utf-8"))["zones"]
ACCOUNT = "111122223333"
REQUIRED_TAGS = {"project", "environment", "owner", "cost-centre", "managed-by", "zone", "data"}
BUCKET, KEY = "aws:s3/bucket:Bucket", "aws:kms/key:Key"
PRIVATE = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
SSE = "applyServerSideEncryptionByDefault"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
GUARDS = {PRIVATE, ENCRYPTION, POLICY, VERSIONING, LIFECYCLE, LOCK, LOGGING, OWNERSHIP}


@dataclass
class Recorder(Mocks):
    """AWS's part: gives names back, and keeps the inputs of every resource by type and zone."""

    stack: str
    made: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    protected: set[tuple[str, str]] = field(default_factory=set)

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.custom:
            self.made[args.typ, args.name.rsplit("-", 1)[1]] = args.inputs
        return args.name, {**args.inputs, "arn": f"arn:{args.typ}:{args.name}", "keyId": args.name}

    def call(self, args: MockCallArgs) -> dict[str, Any]:
        return {"aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT}}[args.token]

    def note_protection(self, args: pulumi.ResourceTransformationArgs) -> None:
        ours = args.name.startswith(f"clearwell-{self.stack}-")  # Pulumi's root hears every stack of the process
        if ours and args.opts.protect:
            self.protected.add((args.type_, args.name.rsplit("-", 1)[1]))

    def find(self, kind: str, zone: str) -> dict[str, Any]:
        return self.made[kind, zone]


def deploy(stack: str, settings: dict[str, Any]) -> Recorder:
    recorder = Recorder(stack)
    set_mocks(recorder, project="clearwell", stack=stack, preview=False)
    set_all_config({"clearwell:settings": json.dumps(settings)})

    @pulumi.runtime.test
    def program() -> None:
        pulumi.runtime.register_stack_transformation(recorder.note_protection)
        runpy.run_module("infra", run_name="__main__")

    program()
    return recorder


@pytest.fixture(scope="module")
def dev() -> Recorder:
    """The shipped stack, from its own file."""
    config = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]
    return deploy("dev", config["clearwell:settings"])


@pytest.fixture(scope="module")
def prod() -> Recorder:
    return deploy("prod", {"owner": "data-platform", "cost_centre": "hr-42"})


def statements(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return json.loads(resource["policy"])["Statement"]


def name_of(lake: Recorder, zone: str) -> str:
    return f"clearwell-{lake.stack}-{zone}"


def check_public_access_block(lake: Recorder, zone: str) -> None:
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(lake.find(PRIVATE, zone)[flag] is True for flag in flags)


def check_encryption(lake: Recorder, zone: str) -> None:
    (rule,) = lake.find(ENCRYPTION, zone)["rules"]
    assert rule["bucketKeyEnabled"] is True
    assert rule[SSE] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": f"arn:{KEY}:{name_of(lake, zone)}"}


def check_tls_only(lake: Recorder, zone: str) -> None:
    arn = f"arn:{BUCKET}:{name_of(lake, zone)}"
    (denial,) = [one for one in statements(lake.find(POLICY, zone)) if one["Effect"] == "Deny"]
    assert (denial["Principal"], denial["Action"]) == ("*", "s3:*")
    assert denial["Resource"] == [arn, f"{arn}/*"]
    assert denial["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def check_nobody_is_let_in(lake: Recorder, zone: str) -> None:
    allowed = [one for one in statements(lake.find(POLICY, zone)) if one["Effect"] == "Allow"]
    assert [one["Principal"] for one in allowed] == [{"Service": "logging.s3.amazonaws.com"}] * (zone == "logs")
    assert all(one["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}} for one in allowed)
    assert all(one["Action"] == "s3:PutObject" and one["Resource"].endswith("/access/*") for one in allowed)


def check_versioning(lake: Recorder, zone: str) -> None:
    assert lake.find(VERSIONING, zone)["versioningConfiguration"] == {"status": "Enabled"}


def check_lifecycle(lake: Recorder, zone: str) -> None:
    (rule,) = lake.find(LIFECYCLE, zone)["rules"]
    assert rule["status"] == "Enabled"
    assert rule["filter"] == {"prefix": ""}
    assert 1 <= rule["abortIncompleteMultipartUpload"]["daysAfterInitiation"] <= 7
    days = ZONES[zone]["retention_days"]
    assert rule["expiration"] == ({"days": days} if days else {"expiredObjectDeleteMarker": True})
    most = 7 if ZONES[zone]["clear_personal_data"] else 30
    assert 1 <= rule["noncurrentVersionExpiration"]["noncurrentDays"] <= most


def check_object_lock(lake: Recorder, zone: str) -> None:
    locked = ZONES[zone]["object_lock"]
    assert lake.find(BUCKET, zone)["objectLockEnabled"] is locked
    assert ((LOCK, zone) in lake.made) is locked
    if locked:
        assert lake.find(LOCK, zone)["rule"]["defaultRetention"]["mode"] == "COMPLIANCE"


def check_access_logs(lake: Recorder, zone: str) -> None:
    if zone == "logs":
        assert (LOGGING, zone) not in lake.made
        return
    logging = lake.find(LOGGING, zone)
    assert logging["targetBucket"] == name_of(lake, "logs")
    assert logging["targetPrefix"] == f"access/{zone}/"


def check_ownership(lake: Recorder, zone: str) -> None:
    assert lake.find(OWNERSHIP, zone)["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


def check_key(lake: Recorder, zone: str) -> None:
    key = lake.find(KEY, zone)
    assert key["enableKeyRotation"] is True
    assert 7 <= key["deletionWindowInDays"] <= 30
    account, *others = [one["Principal"] for one in statements(key)]
    assert account == {"AWS": ACCOUNT}
    assert others == [{"Service": "logging.s3.amazonaws.com"}] * (zone == "logs")


def check_own_bucket(lake: Recorder, zone: str) -> None:
    guards = {kind: made for (kind, where), made in lake.made.items() if where == zone and kind in GUARDS}
    assert set(guards) >= GUARDS - {LOCK, LOGGING}
    assert {made["bucket"] for made in guards.values()} == {name_of(lake, zone)}


def check_tags(lake: Recorder, zone: str) -> None:
    clear = "clear-personal" if ZONES[zone]["clear_personal_data"] else "de-identified"
    for kind in (BUCKET, KEY):
        tags = lake.find(kind, zone)["tags"]
        assert set(tags) >= REQUIRED_TAGS
        assert (tags["environment"], tags["zone"], tags["data"]) == (lake.stack, zone, clear)


Check = Callable[[Recorder, str], None]
CHECKS: list[Check] = [
    check_public_access_block,
    check_encryption,
    check_tls_only,
    check_nobody_is_let_in,
    check_versioning,
    check_lifecycle,
    check_object_lock,
    check_access_logs,
    check_ownership,
    check_key,
    check_tags,
    check_own_bucket,
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_every_zone_is_guarded(check: Check, zone: str, stack: str, request: pytest.FixtureRequest) -> None:
    """Each guard stands on the bucket and key of each zone, in each stack."""
    check(request.getfixturevalue(stack), zone)


@pytest.mark.parametrize("kind", [BUCKET, KEY])
def test_every_zone_has_its_own(kind: str, dev: Recorder) -> None:
    """Zones and buckets, and zones and keys, are the same in number and name."""
    assert {zone for made, zone in dev.made if made == kind} == set(ZONES)


#: A guard's setting by path, and what weakens it; the last column is the check that has to notice.
WEAKENED = [
    (PRIVATE, "landing", ("blockPublicAcls",), False, check_public_access_block),
    (PRIVATE, "logs", ("restrictPublicBuckets",), False, check_public_access_block),
    (ENCRYPTION, "landing", ("rules", 0, "bucketKeyEnabled"), False, check_encryption),
    (ENCRYPTION, "logs", ("rules", 0, SSE, "sseAlgorithm"), "AES256", check_encryption),
    (ENCRYPTION, "landing", ("rules", 0, SSE, "kmsMasterKeyId"), "x", check_encryption),
    (POLICY, "published", ("policy", "Statement", 0, "Condition", "Bool"), {}, check_tls_only),
    (POLICY, "published", ("policy", "Statement", 0, "Resource"), ["arn:only-the-bucket"], check_tls_only),
    (POLICY, "logs", ("policy", "Statement", 1, "Condition"), {}, check_nobody_is_let_in),
    (POLICY, "logs", ("policy", "Statement", 1, "Principal"), "*", check_nobody_is_let_in),
    (VERSIONING, "warehouse", ("versioningConfiguration", "status"), "Suspended", check_versioning),
    (LIFECYCLE, "landing", ("rules", 0, "abortIncompleteMultipartUpload", "daysAfterInitiation"), 8, check_lifecycle),
    (LIFECYCLE, "landing", ("rules", 0, "expiration", "days"), 401, check_lifecycle),
    (LIFECYCLE, "landing", ("rules", 0, "noncurrentVersionExpiration", "noncurrentDays"), 8, check_lifecycle),
    (LIFECYCLE, "landing", ("rules", 0, "status"), "Disabled", check_lifecycle),
    (LOCK, "evidence", ("rule", "defaultRetention", "mode"), "GOVERNANCE", check_object_lock),
    (BUCKET, "evidence", ("objectLockEnabled",), False, check_object_lock),
    (LOGGING, "landing", ("targetBucket",), "clearwell-dev-landing", check_access_logs),
    (OWNERSHIP, "landing", ("rule", "objectOwnership"), "ObjectWriter", check_ownership),
    (KEY, "landing", ("enableKeyRotation",), False, check_key),
    (KEY, "landing", ("deletionWindowInDays",), 6, check_key),
    (KEY, "landing", ("policy", "Statement", 0, "Principal", "AWS"), "*", check_key),
    (POLICY, "landing", ("bucket",), "clearwell-dev-logs", check_own_bucket),
    (BUCKET, "landing", ("tags", "data"), "de-identified", check_tags),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "zone", "path", "weak", "check"), WEAKENED)
def test_a_weakened_guard_is_noticed(
    kind: str, zone: str, path: tuple[str | int, ...], weak: object, check: Check, dev: Recorder
) -> None:
    """The checks above can fail: for each guard there is a weakening that one of them refuses."""
    made = copy.deepcopy(dev.made)
    resource = made[kind, zone]
    if path[0] == "policy":
        resource["policy"] = json.loads(resource["policy"])
    target: Any = resource
    for part in path[:-1]:
        target = target[part]
    assert target[path[-1]] != weak
    target[path[-1]] = weak
    if path[0] == "policy":
        resource["policy"] = json.dumps(resource["policy"])
    with pytest.raises(AssertionError):
        check(Recorder(dev.stack, made), zone)


@pytest.mark.parametrize(
    ("stack", "days"), [("dev", 1), ("prod", ZONES["evidence"]["retention_days"])], ids=["dev", "prod"]
)
def test_lock_lasts_as_long_as_the_stack_says(stack: str, days: int, request: pytest.FixtureRequest) -> None:
    """A stack may shorten the lock of evidence; production holds it for the zone's retention."""
    lock = request.getfixturevalue(stack).find(LOCK, "evidence")
    assert lock["rule"]["defaultRetention"]["days"] == days


def test_only_production_is_protected(dev: Recorder, prod: Recorder) -> None:
    """Pulumi refuses to delete production's buckets and keys, and no other stack's."""
    assert prod.protected == {(kind, zone) for kind in (BUCKET, KEY) for zone in ZONES}
    assert dev.protected == set()
