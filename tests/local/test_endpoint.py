"""Where clients send their requests to (fact sheet §1): this service answers at whatever name they find it."""

from __future__ import annotations

import json

import pytest

from .client import Client, authorization, raw

HOSTS = [
    "cognito-identity.us-east-1.amazonaws.com",
    "cognito-identity.eu-west-1.amazonaws.com",
    "cognito-identity-fips.us-east-1.amazonaws.com",
    "cognito-identity.us-east-1.api.aws",
    "cognito-identity.cn-north-1.amazonaws.com.cn",
    "emulator:9230",
]


@pytest.mark.local_only
@pytest.mark.holds("wire-04", "wire-25")
@pytest.mark.parametrize("host", HOSTS)
def test_whatever_the_host_the_request_belongs_to_the_region_of_its_signature_or_id(aws: Client, host: str) -> None:
    pool = aws.create_pool()
    body = json.dumps({"IdentityPoolId": pool}).encode()
    signed = {"Host": host, "X-Amz-Target": "AWSCognitoIdentityService.DescribeIdentityPool", **authorization()}
    unsigned = {"Host": host, "X-Amz-Target": "AWSCognitoIdentityService.GetId"}
    assert raw(aws.url, "POST", body=body, headers=signed).json["IdentityPoolId"] == pool
    assert raw(aws.url, "POST", body=body, headers=unsigned).status == 200
