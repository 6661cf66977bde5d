"""Policy documents of buckets and keys, as pure functions of names."""

from typing import Any

Statement = dict[str, Any]

#: S3 writes server access logs as this service.
LOG_DELIVERY = {"Service": "logging.s3.amazonaws.com"}
#: Access logs lie below this prefix, one folder a zone; logs of jobs lie beside it.
ACCESS_LOGS = "access/"


def document(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def tls_only(bucket: str) -> Statement:
    """Nobody speaks to the bucket with the ARN `bucket`, or to its objects, without TLS."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def take_access_logs(bucket: str, account: str) -> Statement:
    """S3 may write access logs of the account's own buckets, and of no other's."""
    return {
        "Sid": "TakeAccessLogs",
        "Effect": "Allow",
        "Principal": LOG_DELIVERY,
        "Action": "s3:PutObject",
        "Resource": f"{bucket}/{ACCESS_LOGS}*",
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }


def account_decides(account: str) -> Statement:
    """The account's IAM policies say who uses the key; without this nobody could change it any more."""
    return {
        "Sid": "AccountDecides",
        "Effect": "Allow",
        "Principal": {"AWS": account},
        "Action": "kms:*",
        "Resource": "*",  # in a key's policy: this key
    }


def encrypt_access_logs() -> Statement:
    """S3 may encrypt the access logs that it delivers; whose they are, the bucket's policy says."""
    return {
        "Sid": "EncryptAccessLogs",
        "Effect": "Allow",
        "Principal": LOG_DELIVERY,
        "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
        "Resource": "*",
    }
