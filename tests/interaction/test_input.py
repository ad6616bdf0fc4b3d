"""What a client is told about wrong input."""

from __future__ import annotations

from typing import Any

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from cognito_identity_mcp.settings import Settings
from cognito_identity_tools.catalogue import OPERATIONS

from .clients import POOL, Era, agreeing, create_pool, error_of, fail, in_process, succeed, text

pytestmark = pytest.mark.usefixtures("no_blocking_calls")

CANARY = "canary.bird.sings"
IDENTITY = "us-east-1:00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize("tool", ["CreateIdentityPool", "drop_table", ""])
async def test_an_unknown_tool_is_a_protocol_error_that_names_the_tools(
    settings: Settings, era: Era, tool: str
) -> None:
    async with in_process(settings, era=era) as client:
        with pytest.raises(MCPError, match="Unknown tool") as caught:
            await client.call_tool(tool)
    assert caught.value.error.code == INVALID_PARAMS
    assert all(name in caught.value.error.message for name in OPERATIONS)


async def test_all_problems_of_a_call_are_told_at_once(settings: Settings, era: Era) -> None:
    async with in_process(settings, era=era) as client:
        result = await client.call_tool(
            "create_identity_pool",
            {
                "identity_pool_name": "what/ever",
                "allow_classic_flow": "yes",
                "cognito_identity_providers": [{"client_id": "a-b", "secret": 1}],
                "open_id_connect_provider_arns": ["short"],
                "developer_name": "x",
            },
        )
    assert error_of(result) == {
        "kind": "invalid_input",
        "code": "InvalidInput",
        "message": "create_identity_pool was not called: 7 problems in its arguments.",
        "next_step": "Correct the arguments and call again. Nothing was changed.",
        "retryable": False,
        "problems": [
            {
                "path": "identity_pool_name",
                "rule": r"must match [\w\s+=,.@-]+ as a whole",
                "text": r'identity_pool_name: must match [\w\s+=,.@-]+ as a whole (given: "what/ever")',
                "given": '"what/ever"',
            },
            {
                "path": "allow_unauthenticated_identities",
                "rule": "is required",
                "text": "allow_unauthenticated_identities: is required",
            },
            {
                "path": "allow_classic_flow",
                "rule": "must be of JSON type boolean, not string",
                "text": 'allow_classic_flow: must be of JSON type boolean, not string (given: "yes")',
                "given": '"yes"',
            },
            {
                "path": "open_id_connect_provider_arns[0]",
                "rule": "must have at least 20 characters, has 5",
                "text": 'open_id_connect_provider_arns[0]: must have at least 20 characters, has 5 (given: "short")',
                "given": '"short"',
            },
            {
                "path": "cognito_identity_providers[0].client_id",
                "rule": r"must match [\w_]+ as a whole",
                "text": r'cognito_identity_providers[0].client_id: must match [\w_]+ as a whole (given: "a-b")',
                "given": '"a-b"',
            },
            {
                "path": "cognito_identity_providers[0].secret",
                "rule": "is not a member here; valid names: provider_name, client_id, server_side_token_check",
                "text": (
                    "cognito_identity_providers[0].secret: is not a member here; "
                    "valid names: provider_name, client_id, server_side_token_check"
                ),
            },
            {
                "path": "developer_name",
                "rule": (
                    "is not a member here; did you mean developer_provider_name? valid names: "
                    + ", ".join(OPERATIONS["create_identity_pool"].input.model_fields)
                ),
                "text": (
                    "developer_name: is not a member here; did you mean developer_provider_name? valid names: "
                    + ", ".join(OPERATIONS["create_identity_pool"].input.model_fields)
                ),
            },
        ],
    }


async def test_the_text_of_an_error_names_every_problem_and_the_next_step(settings: Settings) -> None:
    async with in_process(settings) as client:
        result = await client.call_tool("list_identity_pools", {"max_results": 61, "page": 2})
    assert text(result) == (
        "InvalidInput: list_identity_pools was not called: 2 problems in its arguments.\n"
        "- max_results: must be at most 60 (given: 61)\n"
        "- page: is not a member here; valid names: max_results, next_token\n"
        "Next: Correct the arguments and call again. Nothing was changed.\n"
        "Trying the same again will not help."
    )


async def test_members_are_read_by_our_name_or_by_awss_but_not_by_both(settings: Settings) -> None:
    async with in_process(settings) as client:
        pool = await create_pool(client)
        by_ours = await succeed(client, "describe_identity_pool", {"identity_pool_id": pool})
        by_theirs = await succeed(client, "describe_identity_pool", {"IdentityPoolId": pool})
        by_both = await fail(client, "describe_identity_pool", {"identity_pool_id": pool, "IdentityPoolId": pool})
    assert by_ours == by_theirs
    assert [problem["rule"] for problem in by_both["problems"]] == ["is given twice, under both of its names"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_id", {"identity_pool_id": "nowhere", "logins": {"graph.facebook.com": CANARY}}),
        ("get_id", {"identity_pool_id": IDENTITY, "logins": {"graph.facebook.com": {"token": CANARY}}}),
        ("get_id", {"identity_pool_id": IDENTITY, "logins": CANARY}),
        ("get_id", {"identity_pool_id": IDENTITY, "logins": [CANARY]}),
        ("get_id", {"identity_pool_id": IDENTITY, "login": {"graph.facebook.com": CANARY}}),
        ("get_id", {"identity_pool_id": IDENTITY, "logins": {CANARY * 10: "graph.facebook.com"}}),
        ("get_credentials_for_identity", {"identity_id": IDENTITY, "logins": {CANARY * 10: ""}}),
        ("get_open_id_token", {"identity_id": IDENTITY, "logins": {f"{CANARY}{i}": CANARY for i in range(11)}}),
        ("get_open_id_token", {"identity_id": IDENTITY, "logins": {"graph.facebook.com": CANARY * 5000}}),
        ("unlink_identity", {"identity_id": IDENTITY, "logins": {CANARY * 10: 1}, "logins_to_remove": []}),
        ("list_identity_pools", {"logins": {"graph.facebook.com": CANARY}}),
    ],
)
async def test_no_error_repeats_a_secret_not_even_where_provider_and_token_are_swapped(
    settings: Settings, tool: str, arguments: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    human = agreeing()
    async with in_process(settings, human) as client:
        result = await client.call_tool(tool, arguments)
    assert error_of(result)["code"] == "InvalidInput"
    assert CANARY not in result.model_dump_json()
    assert CANARY not in repr([vars(record) for record in caplog.records])
    assert human.questions == []


async def test_null_counts_as_left_out_only_where_a_member_may_be_left_out(settings: Settings) -> None:
    async with in_process(settings) as client:
        pool = await create_pool(client, saml_provider_arns=None)
        assert "saml_provider_arns" not in await succeed(client, "describe_identity_pool", {"identity_pool_id": pool})
        assert await fail(client, "create_identity_pool", POOL | {"identity_pool_name": None}) == {
            "kind": "invalid_input",
            "code": "InvalidInput",
            "message": "create_identity_pool was not called: 1 problem in its arguments.",
            "next_step": "Correct the arguments and call again. Nothing was changed.",
            "retryable": False,
            "problems": [
                {
                    "path": "identity_pool_name",
                    "rule": "must be of JSON type string, not null",
                    "text": "identity_pool_name: must be of JSON type string, not null (given: null)",
                    "given": "null",
                }
            ],
        }


async def test_a_call_that_names_several_regions_is_refused_before_anything_is_asked_or_sent(
    settings: Settings,
) -> None:
    human = agreeing()
    elsewhere = IDENTITY.replace("us-east-1", "eu-west-1")
    async with in_process(settings, human) as client:
        error = await fail(client, "delete_identities", {"identity_ids_to_delete": [IDENTITY, elsewhere]})
    assert error == {
        "kind": "invalid_input",
        "code": "InvalidInput",
        "message": "delete_identities names several regions at once: us-east-1, eu-west-1.",
        "next_step": "Call once for each region. Nothing was changed.",
        "retryable": False,
    }
    assert human.questions == []
