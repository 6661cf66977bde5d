"""A stand-in for AWS: moto's server, as STS, IAM and Secrets Manager. It checks neither signatures nor policies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"
ACCOUNT = "123456789012"
_numbers = count(1)
#: Credentials as boto3 finds them in its environment.
ROOT = {"AWS_ACCESS_KEY_ID": "FKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "only-the-test-knows", "AWS_SESSION_TOKEN": ""}


@dataclass(frozen=True)
class AwsService:
    """The stand-in."""

    address: str

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.address,
            aws_access_key_id=ROOT["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=ROOT["AWS_SECRET_ACCESS_KEY"],
        )

    def assumed(self, role: str) -> dict[str, str]:
        """A new session of a role that it makes, as environment variables."""
        iam = self.client("iam")
        name = f"{role}-{next(_numbers)}"
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        session = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="job")["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
            "AWS_SESSION_TOKEN": session["SessionToken"],
            "role_arn": arn,
        }


@contextmanager
def running_aws() -> Iterator[AwsService]:
    """The stand-in, gone after the block."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield AwsService(f"http://{host}:{port}")
    finally:
        server.stop()
