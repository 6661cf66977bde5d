"""One stack of clearwell. It composes only; each component says what it makes."""

import pulumi
import pulumi_aws as aws

from infra.components.data_lake import DataLake, DataLakeConfig
from infra.settings import load_settings
from infra.zones import load_zones


def main() -> None:
    settings = load_settings(pulumi.get_stack(), pulumi.Config().get_object("settings"))
    config = DataLakeConfig(
        zones=load_zones(),
        account=aws.get_caller_identity_output().account_id,
        tags=settings.tags,
        lock_days=settings.lock_days,
        protect=settings.production,
    )
    lake = DataLake(f"clearwell-{settings.environment}", config).resources
    pulumi.export("buckets", {zone: bucket.resources.bucket.id for zone, bucket in lake.buckets.items()})
    pulumi.export("keys", {zone: key.resources.key.arn for zone, key in lake.keys.items()})


if __name__ == "__main__":
    main()
