"""Pools for the tests of the workflows."""

from __future__ import annotations

from typing import Any

from mcp import Client

from tests.interaction.clients import Facts, succeed

USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_aaaaaaaaa"
OTHER_USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_bbbbbbbbb"
OIDC = "arn:aws:iam::123456789012:oidc-provider/login.example.org"
OTHER_OIDC = "arn:aws:iam::123456789012:oidc-provider/login.example.net"
SAML = "arn:aws:iam::123456789012:saml-provider/office"
OTHER_SAML = "arn:aws:iam::123456789012:saml-provider/partner"
USERS = "arn:aws:iam::123456789012:role/users"
GUESTS = "arn:aws:iam::123456789012:role/guests"

SOUND: Facts = {
    "identity_pool_name": "sound",
    "allow_unauthenticated_identities": False,
    "allow_classic_flow": False,
    "cognito_identity_providers": [
        {"provider_name": USER_POOL, "client_id": "app", "server_side_token_check": True},
    ],
    "identity_pool_tags": {"owner": "me"},
}
"""A pool in which an audit finds nothing, once it has `SOUND_ROLES`."""

SOUND_ROLES: Facts = {"roles": {"authenticated": USERS}}


async def created(client: Client, settings: Facts, roles: Facts | None = None) -> str:
    """The id of a new pool with these roles; a member that is None is left out."""
    members = {name: value for name, value in settings.items() if value is not None}
    pool = str((await succeed(client, "create_identity_pool", members))["identity_pool_id"])
    if roles is not None:
        await succeed(client, "set_identity_pool_roles", {"identity_pool_id": pool, **roles})
    return pool


async def described(client: Client, pool: str) -> Facts:
    return await succeed(client, "describe_identity_pool", {"identity_pool_id": pool})


def rules(resolution: str = "Deny", claim: str = "cognito:groups") -> Facts:
    """A role mapping of one rule."""
    rule = {"claim": claim, "match_type": "Contains", "value": "staff", "role_arn": USERS}
    return {
        "type": "Rules",
        "ambiguous_role_resolution": resolution,
        "rules_configuration": {"rules": [rule]},
    }


def without(facts: Facts, *names: str) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in names}
