"""How we log in to Vault as an AWS role: by a signed request that Vault sends on to AWS, which says whose it is."""

import base64
import json
from dataclasses import dataclass

import boto3
import hvac
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError

from pipeline.errors import KeySourceError
from pipeline.keys.vault_login import log_in

_BODY = "Action=GetCallerIdentity&Version=2011-06-15"


@dataclass(frozen=True)
class AwsLogin:
    """As the role whose credentials boto3 finds: of a pod, an EMR job, an instance.

    Attributes:
        role: of Vault's AWS method.
        mount: where that method is.
        server_id: what Vault demands as X-Vault-AWS-IAM-Server-ID, against replay at another Vault.
        region: of the STS endpoint; empty: boto3's own.
    """

    role: str
    mount: str = "aws"
    server_id: str = ""
    region: str = ""

    def token(self, client: hvac.Client) -> tuple[str, float]:
        """Log in.

        Raises:
            KeySourceError: there are no credentials of AWS, or Vault does not take them.
        """
        request = self._signed()
        return log_in(
            client,
            self.mount,
            {
                "role": self.role,
                "iam_http_request_method": request.method,
                "iam_request_url": _encoded(request.url),
                "iam_request_body": _encoded(_BODY),
                "iam_request_headers": _encoded(json.dumps(dict(request.headers))),
            },
        )

    def _signed(self) -> AWSRequest:
        session = boto3.Session(region_name=self.region or None)
        try:
            credentials = session.get_credentials()
            url = session.client("sts").meta.endpoint_url
        except BotoCoreError as error:
            raise KeySourceError(
                "no request to AWS can be signed", given=type(error).__name__, hint="CLEARWELL_AWS_REGION, or a role"
            ) from None
        if credentials is None:
            raise KeySourceError("there are no credentials of AWS", hint="the job runs under a role, or set a profile")
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        if self.server_id:
            headers["X-Vault-AWS-IAM-Server-ID"] = self.server_id
        request = AWSRequest("POST", f"{url.rstrip('/')}/", headers=headers, data=_BODY)
        SigV4Auth(credentials.get_frozen_credentials(), "sts", session.region_name).add_auth(request)
        return request


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
