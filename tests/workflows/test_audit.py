"""`audit_identity_pools` finds what was planted and nothing else, and its calls mend it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from mcp import Client

from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.workflows.auditing.checks import CHECKS
from cognito_identity_mcp.workflows.catalogue import WORKFLOWS
from cognito_identity_tools.catalogue import OPERATIONS
from tests.interaction.clients import Era, Facts, agreeing, fail, in_process, succeed
from tests.interaction.endpoints import Request, Response, aws_error, endpoint
from tests.interaction.examples import POOL_ID

from .pools import GUESTS, OTHER_OIDC, OTHER_USER_POOL, SAML, SOUND, SOUND_ROLES, USER_POOL, USERS, created, rules

pytestmark = pytest.mark.usefixtures("no_blocking_calls")

CLIENT = f"{USER_POOL}:app"
LONG = {f"tag{number}": "x" * 20 for number in range(25)}


@dataclass(frozen=True)
class Planted:
    """A sound pool with this difference, and the ids of all that an audit has to find in it."""

    finds: set[str]
    settings: Facts = field(default_factory=dict[str, Any])
    roles: Facts = field(default_factory=dict[str, Any])
    tags: Facts | None = None
    """Session tags of the user pool."""
    later: Facts | None = None
    """Settings that the pool is updated to in the end."""


PLANTED = {
    "nothing": Planted(set()),
    "guests in classic flow": Planted(
        {"guests_in_classic_flow", "public_credentials", "classic_flow_open"},
        {"allow_unauthenticated_identities": True, "allow_classic_flow": True},
        {"roles": {"authenticated": USERS, "unauthenticated": GUESTS}},
    ),
    "public credentials": Planted(
        {"public_credentials"},
        {"allow_unauthenticated_identities": True},
        {"roles": {"authenticated": USERS, "unauthenticated": GUESTS}},
    ),
    "guests like users": Planted(
        {"guests_like_users", "guest_role_attached"},
        roles={"roles": {"authenticated": USERS, "unauthenticated": USERS}},
    ),
    "user-writable claim": Planted(
        {"user_writable_claim"}, roles={**SOUND_ROLES, "role_mappings": {CLIENT: rules(claim="custom:team")}}
    ),
    "classic flow by omission": Planted({"classic_flow_open_by_omission"}, {"allow_classic_flow": None}),
    "classic flow": Planted({"classic_flow_open"}, {"allow_classic_flow": True}),
    "mapping without provider": Planted(
        {"mapping_without_provider"},
        {"open_id_connect_provider_arns": [OTHER_OIDC]},
        {**SOUND_ROLES, "role_mappings": {OTHER_OIDC: rules()}},
        later=SOUND,
    ),
    "no roles": Planted({"no_roles"}, roles={"roles": {}}),
    "nothing for the unmatched": Planted(
        {"unmatched_get_nothing"}, roles={"roles": {}, "role_mappings": {CLIENT: rules("AuthenticatedRole")}}
    ),
    "default for the unmatched": Planted(
        {"unmatched_get_default"}, roles={**SOUND_ROLES, "role_mappings": {CLIENT: rules("AuthenticatedRole")}}
    ),
    "user-writable tag": Planted({"user_writable_tag"}, tags={"team": "custom:team"}),
    "long session tags": Planted({"session_tags_too_long"}, tags=LONG),
    "classic flow with mappings": Planted(
        {"mappings_close_classic_flow"},
        {"allow_classic_flow": True},
        {**SOUND_ROLES, "role_mappings": {CLIENT: rules()}},
    ),
    "role for guests who cannot come": Planted(
        {"guest_role_attached"}, roles={"roles": {"authenticated": USERS, "unauthenticated": GUESTS}}
    ),
    "guests without role": Planted({"guests_without_role"}, {"allow_unauthenticated_identities": True}),
    "unchecked tokens": Planted(
        {"token_check_off"}, {"cognito_identity_providers": [{"provider_name": USER_POOL, "client_id": "app"}]}
    ),
    "provider twice": Planted({"provider_twice"}, {"saml_provider_arns": [SAML, SAML]}),
    "session tags without provider": Planted(
        {"mapping_without_provider", "principal_tags_without_provider"},
        roles={**SOUND_ROLES, "role_mappings": {CLIENT: rules()}},
        tags={"who": "sub"},
        later=SOUND
        | {
            "cognito_identity_providers": [
                {"provider_name": OTHER_USER_POOL, "client_id": "app", "server_side_token_check": True}
            ]
        },
    ),
    "nobody can come in": Planted({"no_entrance"}, {"cognito_identity_providers": None}),
    "developer provider": Planted({"developer_provider"}, {"developer_provider_name": "login.example"}),
    "roles from tokens": Planted(
        {"roles_from_token"},
        roles={**SOUND_ROLES, "role_mappings": {CLIENT: {"type": "Token", "ambiguous_role_resolution": "Deny"}}},
    ),
    "no tags": Planted({"untagged"}, {"identity_pool_tags": None}),
}

SEEN_ELSEWHERE = {"roles_of_several_accounts", "many_guests"}
"""By tests of their own: the local service refuses roles of other accounts, and guests are not settings."""


async def plant(client: Client, planted: Planted) -> str:
    pool = await created(client, SOUND | planted.settings, planted.roles or SOUND_ROLES)
    if planted.tags is not None:
        tags = {"identity_pool_id": pool, "identity_provider_name": USER_POOL, "principal_tags": planted.tags}
        await succeed(client, "set_principal_tag_attribute_map", tags)
    if planted.later is not None:
        await succeed(client, "update_identity_pool", {"identity_pool_id": pool, **planted.later})
    return pool


async def audited(client: Client, pool: str) -> dict[str, Facts]:
    """The findings by id; each of these pools has one of a kind."""
    arguments = {"identity_pool_id": pool, "min_severity": "info"}
    result = await succeed(client, "audit_identity_pools", arguments)
    assert "not_read" not in result
    assert result["pools"] == 1
    found = {finding["id"]: finding for finding in result["findings"]}
    assert len(found) == len(result["findings"]) == sum(result["counts"].values())
    return found


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
async def test_an_audit_finds_exactly_what_was_planted_and_each_fix_mends_it(
    settings: Settings, planted: Planted
) -> None:
    async with in_process(settings, agreeing()) as client:
        pool = await plant(client, planted)
        found = await audited(client, pool)
        assert set(found) == planted.finds
        for name in found:
            again = (await audited(client, pool)).get(name, {})
            if "fix" in again:
                await succeed(client, again["fix"]["tool"], again["fix"]["arguments"])
                assert name not in await audited(client, pool)


def test_every_check_has_a_pool_in_which_it_hits_and_a_fix_or_advice() -> None:
    planted = {name for each in PLANTED.values() for name in each.finds}
    assert {check.id for check in CHECKS} == planted | SEEN_ELSEWHERE
    assert all(check.mend or check.advice for check in CHECKS)


async def test_a_finding_has_its_evidence_and_the_whole_call_that_mends_it(settings: Settings, era: Era) -> None:
    async with in_process(settings, agreeing(), era) as client:
        pool = await plant(client, PLANTED["default for the unmatched"])
        arguments = {"identity_pool_id": pool}
        result = await succeed(client, "audit_identity_pools", arguments)
    mended = {"authenticated": USERS}
    assert result == {
        "pools": 1,
        "counts": {"critical": 0, "high": 0, "medium": 0, "low": 1, "info": 0},
        "findings": [
            {
                "id": "unmatched_get_default",
                "severity": "low",
                "identity_pool_id": pool,
                "identity_pool_name": "sound",
                "sentence": f"Users of {CLIENT} for whom no role results get the default role of signed-in users: "
                f"{USERS}.",
                "evidence": [
                    {"path": f"role_mappings.{CLIENT}.ambiguous_role_resolution", "value": "AuthenticatedRole"},
                    {"path": "roles.authenticated", "value": USERS},
                ],
                "fix": {
                    "tool": "set_identity_pool_roles",
                    "arguments": {
                        "identity_pool_id": pool,
                        "roles": mended,
                        "role_mappings": {CLIENT: rules("Deny")},
                    },
                },
            }
        ],
    }


async def test_findings_below_the_wanted_severity_are_only_counted(settings: Settings) -> None:
    async with in_process(settings, agreeing()) as client:
        pool = await plant(client, PLANTED["guests in classic flow"])
        arguments = {"identity_pool_id": pool, "min_severity": "high"}
        result = await succeed(client, "audit_identity_pools", arguments)
    assert [each["id"] for each in result["findings"]] == ["guests_in_classic_flow", "public_credentials"]
    assert result["counts"] == {"critical": 1, "high": 1, "medium": 1, "low": 0, "info": 0}
    assert result["not_shown"] == "1 finding is not shown: min_severity medium shows all."


async def test_by_default_it_says_how_to_see_what_is_only_information(settings: Settings) -> None:
    async with in_process(settings, agreeing()) as client:
        arguments = {"identity_pool_id": await plant(client, PLANTED["no tags"])}
        result = await succeed(client, "audit_identity_pools", arguments)
        everything = await succeed(client, "audit_identity_pools", arguments | {"min_severity": "info"})
    assert result["counts"]["info"] == 1
    assert "info" not in {each["severity"] for each in result["findings"]}
    assert result["not_shown"] == "1 finding is not shown: min_severity info shows all."
    assert "info" in {each["severity"] for each in everything["findings"]}
    assert "not_shown" not in everything


class Region:
    """A region of AWS with so many pools; one has a role of another account, and one was deleted meanwhile."""

    def __init__(self, size: int) -> None:
        self.pools = [f"us-east-1:{number:08d}-2222-3333-4444-555555555555" for number in range(size)]
        self.foreign, self.gone = self.pools[1], self.pools[2]

    async def __call__(self, request: Request) -> Response:
        body = json.loads(request.body)
        if request.operation == "ListIdentityPools":
            start = int(body.get("NextToken", "0"))
            end = start + body["MaxResults"]
            page = [{"IdentityPoolId": each, "IdentityPoolName": "sound"} for each in self.pools[start:end]]
            more = {"NextToken": str(end)} if end < len(self.pools) else {}
            return Response({"IdentityPools": page, **more})
        pool = body["IdentityPoolId"]
        if pool == self.gone:
            return aws_error("ResourceNotFoundException", f"IdentityPool '{pool}' not found.")
        return Response(self._answer(request.operation, pool))

    def _answer(self, operation: str, pool: str) -> Facts:
        roles = {"authenticated": USERS}
        if pool == self.foreign:
            roles["unauthenticated"] = "arn:aws:iam::999999999999:role/guests"
        guests = [{"IdentityId": f"us-east-1:{number}"} for number in range(60 if pool == self.pools[0] else 0)]
        provider = {"ProviderName": USER_POOL, "ClientId": "app", "ServerSideTokenCheck": True}
        answers: Facts = {
            "DescribeIdentityPool": {
                "IdentityPoolId": pool,
                "IdentityPoolName": "sound",
                "AllowUnauthenticatedIdentities": False,
                "AllowClassicFlow": False,
                "CognitoIdentityProviders": [provider],
                "IdentityPoolTags": {"owner": "me"},
            },
            "GetIdentityPoolRoles": {"IdentityPoolId": pool, "Roles": roles},
            "GetPrincipalTagAttributeMap": {"IdentityPoolId": pool, "IdentityProviderName": USER_POOL},
            "ListIdentities": {"IdentityPoolId": pool, "Identities": guests},
        }
        answer: Facts = answers[operation]
        return answer


async def test_a_region_is_audited_by_pages_and_a_pool_that_cannot_be_read_is_named(era: Era) -> None:
    region = Region(5)
    seen: list[tuple[float, float | None]] = []

    async def seen_so_far(progress: float, total: float | None, message: str | None) -> None:
        assert message == "Auditing identity pools"
        seen.append((progress, total))

    async with (
        endpoint(region) as aws,
        in_process(Settings(endpoint_url=aws.url, region="us-east-1"), None, era) as client,
    ):
        first = await client.call_tool(
            "audit_identity_pools", {"max_pools": 3, "min_severity": "info"}, progress_callback=seen_so_far
        )
        result = cast("Facts", first.structured_content)
        rest = await succeed(client, "audit_identity_pools", {"next_token": result["next_token"], "max_identities": 0})
    assert set(aws.operations) == {OPERATIONS[name].aws_name for name in WORKFLOWS["audit_identity_pools"].runs}
    assert sorted(seen) == [(1, 3), (2, 3), (3, 3)]
    assert [(each["id"], each["identity_pool_id"]) for each in result["findings"]] == [
        ("roles_of_several_accounts", region.foreign),
        ("guest_role_attached", region.foreign),
        ("many_guests", region.pools[0]),
    ]
    assert result["pools"] == 2
    assert result["not_read"] == [
        {
            "what": "identity_pool",
            "reason": f"ResourceNotFoundException: IdentityPool '{region.gone}' not found.",
            "identity_pool_id": region.gone,
        }
    ]
    assert rest == {"pools": 2, "counts": dict.fromkeys(result["counts"], 0), "findings": []}


async def test_a_single_pool_that_does_not_exist_is_an_error(settings: Settings) -> None:
    async with in_process(settings) as client:
        error = await fail(client, "audit_identity_pools", {"identity_pool_id": POOL_ID})
    assert error["code"] == "ResourceNotFoundException"
