"""Vault's policies give what their jobs need and nothing else."""

import re
from pathlib import Path

import pytest

POLICIES = Path(__file__).parents[2] / "secrets" / "policies"
DATASET = "{{identity.entity.metadata.dataset}}"
#: Everything that each policy grants: path to capabilities.
GRANTS = {
    "dataset_key": {
        f"kv/data/clearwell/{DATASET}/data-key": {"read"},
        f"transit/decrypt/clearwell-{DATASET}": {"update"},
    },
    "dataset_key_owner": {
        f"kv/data/clearwell/{DATASET}/data-key": {"create", "read", "update"},
        f"transit/keys/clearwell-{DATASET}": {"create", "update"},
        f"transit/datakey/plaintext/clearwell-{DATASET}": {"update"},
        f"transit/decrypt/clearwell-{DATASET}": {"update"},
    },
    "credentials": {"kv/data/clearwell/credentials/+": {"read"}},
}
BLOCK = re.compile(r'path\s+"([^"]+)"\s*\{\s*capabilities\s*=\s*\[([^\]]*)\]\s*\}')


def grants(text: str) -> dict[str, set[str]]:
    """Capabilities by path; text that is neither a comment nor such a block is refused."""
    bare = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    assert not BLOCK.sub("", bare).strip()
    return {path: set(re.findall(r'"([^"]+)"', capabilities)) for path, capabilities in BLOCK.findall(bare)}


def test_every_policy_is_known() -> None:
    """No policy lies in the folder whose grants are not written down here."""
    assert {path.stem for path in POLICIES.iterdir()} == set(GRANTS)


@pytest.mark.parametrize("name", GRANTS)
def test_a_policy_grants_exactly_what_is_needed(name: str) -> None:
    """The grants of a policy are the ones written down here: no path and no capability more."""
    assert grants((POLICIES / f"{name}.hcl").read_text(encoding="utf-8")) == GRANTS[name]


@pytest.mark.parametrize("path", [*GRANTS["dataset_key"], *GRANTS["dataset_key_owner"]])
def test_a_login_reaches_one_dataset_only(path: str) -> None:
    """Each path names the login's own dataset, and no wildcard reaches past it."""
    assert path.count(DATASET) == 1
    assert not set("*+") & set(path)


@pytest.mark.parametrize(
    "more",
    [
        'path "transit/*" { capabilities = ["update"] }',
        'path "sys/policies/acl/x" {\n  capabilities = ["sudo", "read"]\n}',
    ],
)
def test_one_more_grant_is_noticed(more: str) -> None:
    """The comparison above fails for a policy that grants more."""
    text = (POLICIES / "dataset_key.hcl").read_text(encoding="utf-8")
    assert grants(f"{text}\n{more}\n") != GRANTS["dataset_key"]


def test_what_is_not_a_grant_is_refused() -> None:
    """Text that the reader of this test does not understand can't hide a grant."""
    with pytest.raises(AssertionError):
        grants('path "x" { policy = "write" }')
