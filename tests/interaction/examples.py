"""A call of every tool and AWS's answer to it, with a canary in the place of every secret."""

from __future__ import annotations

from typing import Any

from cognito_identity_tools.catalogue import BY_AWS_NAME

from .clients import DEVELOPER, FACEBOOK, Facts, arn_of
from .endpoints import Request, Response

IN = "canary-that-went-in"
OUT = "canary-that-came-out"

POOL_ID = "us-east-1:11111111-2222-3333-4444-555555555555"
IDENTITY = "us-east-1:99999999-2222-3333-4444-555555555555"
ROLE = "arn:aws:iam::123456789012:role/guests"

_POOL = {"identity_pool_id": POOL_ID}
_IDENTITY = {"identity_id": IDENTITY}
_LOGINS = {"logins": {FACEBOOK: IN}}
_SETTINGS = {"identity_pool_name": "a pool", "allow_unauthenticated_identities": True}
_PROVIDER = _POOL | {"identity_provider_name": FACEBOOK}
_ARN = {"resource_arn": arn_of(POOL_ID)}

ARGUMENTS: dict[str, Facts] = {
    "create_identity_pool": _SETTINGS,
    "delete_identity_pool": _POOL,
    "describe_identity_pool": _POOL,
    "list_identity_pools": {},
    "update_identity_pool": _POOL | _SETTINGS,
    "get_id": _POOL | _LOGINS,
    "list_identities": _POOL,
    "describe_identity": _IDENTITY,
    "delete_identities": {"identity_ids_to_delete": [IDENTITY]},
    "unlink_identity": _IDENTITY | _LOGINS | {"logins_to_remove": [FACEBOOK]},
    "get_credentials_for_identity": _IDENTITY | _LOGINS,
    "get_open_id_token": _IDENTITY | _LOGINS,
    "get_open_id_token_for_developer_identity": _POOL | {"logins": {DEVELOPER: IN}},
    "lookup_developer_identity": _POOL | _IDENTITY,
    "merge_developer_identities": _POOL
    | {
        "developer_provider_name": DEVELOPER,
        "source_user_identifier": "carol",
        "destination_user_identifier": "bob",
    },
    "unlink_developer_identity": _POOL
    | _IDENTITY
    | {"developer_provider_name": DEVELOPER, "developer_user_identifier": "bob"},
    "set_identity_pool_roles": _POOL | {"roles": {"unauthenticated": ROLE}},
    "get_identity_pool_roles": _POOL,
    "set_principal_tag_attribute_map": _PROVIDER | {"principal_tags": {"user": "sub"}},
    "get_principal_tag_attribute_map": _PROVIDER,
    "tag_resource": _ARN | {"tags": {"stage": "test"}},
    "untag_resource": _ARN | {"tag_keys": ["stage"]},
    "list_tags_for_resource": _ARN,
}

_AWS_POOL = {"IdentityPoolId": POOL_ID, "IdentityPoolName": "a pool", "AllowUnauthenticatedIdentities": True}
_AWS_TOKEN = {"IdentityId": IDENTITY, "Token": OUT}
_AWS_TAGS = {"IdentityPoolId": POOL_ID, "IdentityProviderName": FACEBOOK, "PrincipalTags": {"user": "sub"}}

ANSWERS: dict[str, Any] = {
    "create_identity_pool": _AWS_POOL,
    "describe_identity_pool": _AWS_POOL,
    "update_identity_pool": _AWS_POOL,
    "list_identity_pools": {"IdentityPools": [{"IdentityPoolId": POOL_ID, "IdentityPoolName": "a pool"}]},
    "get_id": {"IdentityId": IDENTITY},
    "list_identities": {"IdentityPoolId": POOL_ID, "Identities": [{"IdentityId": IDENTITY, "Logins": [FACEBOOK]}]},
    "describe_identity": {"IdentityId": IDENTITY, "Logins": [FACEBOOK], "CreationDate": 1700000000.5},
    "delete_identities": {"UnprocessedIdentityIds": []},
    "get_credentials_for_identity": {
        "IdentityId": IDENTITY,
        "Credentials": {"AccessKeyId": "ASIA", "SecretKey": OUT, "SessionToken": OUT, "Expiration": 4102444800.0},
    },
    "get_open_id_token": _AWS_TOKEN,
    "get_open_id_token_for_developer_identity": _AWS_TOKEN,
    "lookup_developer_identity": {"IdentityId": IDENTITY, "DeveloperUserIdentifierList": ["bob"]},
    "merge_developer_identities": {"IdentityId": IDENTITY},
    "get_identity_pool_roles": {"IdentityPoolId": POOL_ID, "Roles": {"unauthenticated": ROLE}},
    "set_principal_tag_attribute_map": _AWS_TAGS,
    "get_principal_tag_attribute_map": _AWS_TAGS,
    "list_tags_for_resource": {"Tags": {"stage": "test"}},
}
"""AWS's JSON; operations that answer nothing are left out."""


async def as_aws(request: Request) -> Response:
    """AWS's answer to any of the calls."""
    return Response(ANSWERS.get(BY_AWS_NAME[request.operation].name, {}))
