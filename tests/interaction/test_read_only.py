"""Read-only mode: the eight reads work, and nothing else is asked for or sent."""

from __future__ import annotations

import pytest

from cognito_identity_mcp.settings import Settings
from cognito_identity_tools.catalogue import OPERATIONS

from .clients import Era, agreeing, fail, in_process, succeed
from .endpoints import endpoint
from .examples import ARGUMENTS, as_aws

READS = (
    "describe_identity_pool",
    "list_identity_pools",
    "list_identities",
    "describe_identity",
    "lookup_developer_identity",
    "get_identity_pool_roles",
    "get_principal_tag_attribute_map",
    "list_tags_for_resource",
)


@pytest.mark.parametrize("tool", sorted(OPERATIONS.keys() - set(READS)))
async def test_a_tool_that_is_no_read_is_refused_without_a_question_or_a_request(tool: str, era: Era) -> None:
    human = agreeing()
    async with endpoint(as_aws) as aws:
        settings = Settings(endpoint_url=aws.url, read_only=True)
        async with in_process(settings, human, era) as client:
            error = await fail(client, tool, ARGUMENTS[tool])
    effect = OPERATIONS[tool].effect
    assert error == {
        "kind": "refused",
        "code": "RefusedByPolicy",
        "message": (
            f"{tool} was not carried out. The policy refuses this {effect} call: read-only mode. Nothing was changed."
        ),
        "next_step": (
            "Tell the user that this server's policy forbids it; only whoever runs the server can change that."
        ),
        "retryable": False,
    }
    assert (human.questions, aws.requests) == ([], [])


async def test_the_eight_reads_work_and_ask_nobody(era: Era) -> None:
    human = agreeing()
    async with endpoint(as_aws) as aws:
        settings = Settings(endpoint_url=aws.url, read_only=True)
        async with in_process(settings, human, era) as client:
            for tool in READS:
                await succeed(client, tool, ARGUMENTS[tool])
    assert human.questions == []
    assert aws.operations == [OPERATIONS[tool].aws_name for tool in READS]
