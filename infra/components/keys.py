"""One customer key a zone, so that access to a zone can be given and taken by its key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.policies import account_decides, document, encrypt_access_logs

#: KMS allows 7 to 30 days; the longest leaves the most time to notice a mistake.
DELETION_WINDOW_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class ZoneKeyConfig:
    """What a zone's key is for.

    Attributes:
        purpose: shown as the key's description.
        account: id of the account whose IAM policies decide who uses it.
        takes_access_logs: S3's log delivery may encrypt with it.
        tags: tags of the key.
        protect: Pulumi refuses to delete it.
    """

    purpose: str
    account: pulumi.Input[str]
    takes_access_logs: bool
    tags: Mapping[str, str]
    protect: bool


@dataclass(frozen=True, kw_only=True)
class ZoneKeyResources:
    """What the component made."""

    key: aws.kms.Key
    alias: aws.kms.Alias


class ZoneKey(pulumi.ComponentResource):
    """A symmetric key that rotates every year."""

    def __init__(self, name: str, config: ZoneKeyConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("clearwell:infra:ZoneKey", name, None, opts)
        delivery = [encrypt_access_logs()] if config.takes_access_logs else []
        account = pulumi.Output.from_input(config.account)
        key = aws.kms.Key(
            name,
            description=config.purpose,
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            policy=account.apply(lambda account: json.dumps(document(account_decides(account), *delivery))),
            tags=config.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=config.protect),
        )
        alias = aws.kms.Alias(
            name, name=f"alias/{name}", target_key_id=key.key_id, opts=pulumi.ResourceOptions(parent=self)
        )
        self.resources = ZoneKeyResources(key=key, alias=alias)
        self.register_outputs({"arn": key.arn})
