"""A stack's settings are refused before anything is made of them."""

import pytest

from infra.errors import SettingsError
from infra.settings import load_settings

GOOD = {"owner": "data-platform", "cost_centre": "hr-42"}


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_the_stack_is_the_environment(stack: str) -> None:
    """The environment is the stack's name, and stands in the tags."""
    settings = load_settings(stack, GOOD)
    assert settings.tags["environment"] == stack
    assert settings.production is (stack == "prod")


@pytest.mark.parametrize("days", [1, 30])
def test_lock_days_at_their_bounds(days: int) -> None:
    """A lock of one to thirty days is allowed outside production."""
    assert load_settings("dev", {**GOOD, "lock_days": days}).lock_days == days


@pytest.mark.parametrize(
    ("stack", "values", "message"),
    [
        (
            "dev",
            None,
            "Pulumi.dev.yaml has no clearwell:settings\n"
            "  allowed: an object with owner and cost_centre\n"
            "  hint:    see Pulumi.dev.yaml",
        ),
        (
            "qa",
            GOOD,
            "Pulumi.qa.yaml: environment is not allowed\n"
            "  given:   qa\n"
            "  allowed: Input should be 'dev', 'staging' or 'prod'",
        ),
        (
            "dev",
            {**GOOD, "environment": "prod"},
            "Pulumi.dev.yaml: environment is not allowed\n  hint:    the stack's name is the environment",
        ),
        (
            "dev",
            {"owner": "data-platform"},
            "Pulumi.dev.yaml: cost_centre is not allowed\n  allowed: Field required",
        ),
        (
            "dev",
            {**GOOD, "owner": "Data Platform"},
            "Pulumi.dev.yaml: owner is not allowed\n"
            "  given:   Data Platform\n"
            "  allowed: String should match pattern '^[a-z][a-z0-9-]{1,62}$'",
        ),
        (
            "dev",
            {**GOOD, "lock_day": 1},
            "Pulumi.dev.yaml: lock_day is not allowed\n  given:   1\n  allowed: Extra inputs are not permitted",
        ),
        (
            "dev",
            {**GOOD, "lock_days": 0},
            "Pulumi.dev.yaml: lock_days is not allowed\n"
            "  given:   0\n"
            "  allowed: Input should be greater than or equal to 1",
        ),
        (
            "dev",
            {**GOOD, "lock_days": 31},
            "Pulumi.dev.yaml: lock_days is not allowed\n"
            "  given:   31\n"
            "  allowed: Input should be less than or equal to 30",
        ),
        (
            "prod",
            {**GOOD, "lock_days": 1},
            "Pulumi.prod.yaml is not allowed\n"
            "  allowed: no lock_days in prod, where evidence is locked for the zone's retention",
        ),
    ],
)
def test_a_bad_setting_is_refused_with_its_whole_message(stack: str, values: object, message: str) -> None:
    """The message says what, what was given, what is allowed."""
    with pytest.raises(SettingsError) as refused:
        load_settings(stack, values)
    assert str(refused.value) == message
