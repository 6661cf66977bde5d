"""One bucket a zone, with every guard on it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.errors import SettingsError
from infra.policies import ACCESS_LOGS, document, take_access_logs, tls_only
from infra.zones import Zone

ABORT_UPLOAD_DAYS = 7
#: An overwritten or deleted object can be had back for so long...
RECOVERY_DAYS = 30
#: ...but a person's data that was erased is to be gone soon.
CLEAR_RECOVERY_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class ZoneBucketConfig:
    """What a zone's bucket holds, and under which key.

    Attributes:
        zone: the zone's entry in platform.yaml.
        key_arn: the customer key that encrypts it.
        lock_days: days that nobody may delete an object; None: no lock.
        logs_from: id of the account whose buckets log here; None: it takes no access logs.
        logs_to: name of the bucket, and below `access/` the folder, that takes its access logs; None: it has none.
        tags: tags of the bucket.
        protect: Pulumi refuses to delete it.

    Raises:
        SettingsError: it neither takes access logs nor has them taken, or both.
    """

    zone: Zone
    key_arn: pulumi.Input[str]
    lock_days: int | None
    logs_from: pulumi.Input[str] | None = None
    logs_to: tuple[pulumi.Input[str], str] | None = None
    tags: Mapping[str, str]
    protect: bool

    def __post_init__(self) -> None:
        if (self.logs_from is None) == (self.logs_to is None):
            raise SettingsError("a bucket takes access logs or has its own taken", allowed="logs_from or logs_to")


@dataclass(frozen=True, kw_only=True)
class ZoneBucketResources:
    """What the component made; the guards stand on their own in AWS."""

    bucket: aws.s3.Bucket
    guards: tuple[pulumi.Resource, ...]


class ZoneBucket(pulumi.ComponentResource):
    """A private, versioned, encrypted bucket that speaks TLS only, expires its objects and leaves access logs."""

    def __init__(self, name: str, config: ZoneBucketConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("clearwell:infra:ZoneBucket", name, None, opts)
        self._name = name
        self._config = config
        self._bucket = aws.s3.Bucket(
            name,
            object_lock_enabled=config.lock_days is not None,
            tags=config.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=config.protect),
        )
        private = self._block_public_access()
        versioning = self._keep_versions()
        guards = [private, versioning, self._own_objects(), self._encrypt()]
        guards += [self._guard_by_policy(private), self._expire(versioning)]
        if config.lock_days is not None:
            guards.append(self._lock(config.lock_days, versioning))
        if config.logs_to is not None:
            guards.append(self._log_access(*config.logs_to))
        self.resources = ZoneBucketResources(bucket=self._bucket, guards=tuple(guards))
        self.register_outputs({"name": self._bucket.id})

    def _after(self, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=list(resources))

    def _block_public_access(self) -> aws.s3.BucketPublicAccessBlock:
        return aws.s3.BucketPublicAccessBlock(
            self._name,
            bucket=self._bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._after(),
        )

    def _keep_versions(self) -> aws.s3.BucketVersioning:
        enabled = aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled")
        return aws.s3.BucketVersioning(
            self._name, bucket=self._bucket.id, versioning_configuration=enabled, opts=self._after()
        )

    def _own_objects(self) -> aws.s3.BucketOwnershipControls:
        rule = aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced")
        return aws.s3.BucketOwnershipControls(self._name, bucket=self._bucket.id, rule=rule, opts=self._after())

    def _encrypt(self) -> aws.s3.BucketServerSideEncryptionConfiguration:
        rule = aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=(
                aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                    sse_algorithm="aws:kms", kms_master_key_id=self._config.key_arn
                )
            ),
            bucket_key_enabled=True,
        )
        return aws.s3.BucketServerSideEncryptionConfiguration(
            self._name, bucket=self._bucket.id, rules=[rule], opts=self._after()
        )

    def _guard_by_policy(self, private: pulumi.Resource) -> aws.s3.BucketPolicy:
        if self._config.logs_from is None:
            policy = self._bucket.arn.apply(lambda arn: json.dumps(document(tls_only(arn))))
        else:
            policy = pulumi.Output.all(self._bucket.arn, self._config.logs_from).apply(
                lambda names: json.dumps(document(tls_only(names[0]), take_access_logs(*names)))
            )
        # S3 refuses a policy and a public access block that come at the same time.
        return aws.s3.BucketPolicy(self._name, bucket=self._bucket.id, policy=policy, opts=self._after(private))

    def _expire(self, versioning: pulumi.Resource) -> aws.s3.BucketLifecycleConfiguration:
        zone = self._config.zone
        by_age = aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=zone.retention_days)
        markers = aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True)
        rule = aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="retention",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            expiration=by_age if zone.retention_days else markers,
            noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=CLEAR_RECOVERY_DAYS if zone.clear_personal_data else RECOVERY_DAYS
            ),
            abort_incomplete_multipart_upload=(
                aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                    days_after_initiation=ABORT_UPLOAD_DAYS
                )
            ),
        )
        return aws.s3.BucketLifecycleConfiguration(
            self._name, bucket=self._bucket.id, rules=[rule], opts=self._after(versioning)
        )

    def _lock(self, days: int, versioning: pulumi.Resource) -> aws.s3.BucketObjectLockConfiguration:
        retention = aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(mode="COMPLIANCE", days=days)
        return aws.s3.BucketObjectLockConfiguration(
            self._name,
            bucket=self._bucket.id,
            rule=aws.s3.BucketObjectLockConfigurationRuleArgs(default_retention=retention),
            opts=self._after(versioning),
        )

    def _log_access(self, bucket: pulumi.Input[str], folder: str) -> aws.s3.BucketLogging:
        return aws.s3.BucketLogging(
            self._name,
            bucket=self._bucket.id,
            target_bucket=bucket,
            target_prefix=f"{ACCESS_LOGS}{folder}/",
            opts=self._after(),
        )
