"""Secrets stay where they belong: out of questions, errors and logs always, out of results unless asked for."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import anyio
import jsonschema
import pytest
from mcp import Client
from mcp.client.stdio import stdio_client

from cognito_identity_mcp.listing import every_tool
from cognito_identity_mcp.settings import Secrets, Settings
from cognito_identity_tools.catalogue import OPERATIONS
from tests.processes import over_stdio

from .clients import Facts, agreeing, create_pool, in_process, succeed, text
from .endpoints import Request, Response, always, aws_error, endpoint
from .examples import ANSWERS, ARGUMENTS, IDENTITY, IN, OUT, as_aws

NOTE = (
    "The secret was issued but is withheld from this conversation. "
    "Start the server with --secrets inline to have it in results."
)
CREDENTIALS = {"access_key_id": "ASIA", "expiration": "2023-11-14T22:13:20Z"}


def issued(tool: str, secret: str) -> Facts:
    """The result of a tool that issues secrets, with this in the place of each."""
    if tool == "get_credentials_for_identity":
        return {
            "identity_id": IDENTITY,
            "credentials": CREDENTIALS | {"secret_key": secret, "session_token": secret},
        }
    return {"identity_id": IDENTITY, "token": secret}


ISSUERS = [name for name, operation in OPERATIONS.items() if operation.output_secrets]
TAKERS = [name for name, operation in OPERATIONS.items() if operation.input_secrets]


def test_the_examples_have_a_canary_in_the_place_of_every_secret() -> None:
    assert [name for name in OPERATIONS if IN in str(ARGUMENTS[name])] == TAKERS
    assert [name for name in OPERATIONS if OUT in str(ANSWERS.get(name))] == ISSUERS
    assert ISSUERS == [
        "get_credentials_for_identity",
        "get_open_id_token",
        "get_open_id_token_for_developer_identity",
    ]


@pytest.mark.parametrize("tool", ISSUERS)
async def test_a_secret_is_withheld_by_default_and_the_result_says_so(tool: str) -> None:
    schemas = {each.name: cast("Facts", each.output_schema) for each in every_tool()}
    async with endpoint(as_aws) as aws, in_process(Settings(endpoint_url=aws.url), agreeing()) as client:
        result = await client.call_tool(tool, ARGUMENTS[tool])
    assert result.structured_content == issued(tool, "(withheld)")
    jsonschema.validate(result.structured_content, schemas[tool])
    assert text(result).endswith(f"\n{NOTE}")
    assert OUT not in result.model_dump_json()


@pytest.mark.parametrize("tool", ISSUERS)
async def test_a_secret_is_in_the_result_where_the_operator_wants_it(tool: str) -> None:
    async with endpoint(as_aws) as aws:
        settings = Settings(endpoint_url=aws.url, secrets=Secrets.INLINE)
        async with in_process(settings, agreeing()) as client:
            result = await client.call_tool(tool, ARGUMENTS[tool])
    assert result.structured_content == issued(tool, OUT)
    assert NOTE not in text(result)


@pytest.mark.parametrize(("secrets", "withheld"), [(None, False), (Secrets.WITHHOLD, True)])
async def test_the_local_services_secrets_open_nothing_and_are_shown_unless_told_otherwise(
    secrets: Secrets | None, *, withheld: bool
) -> None:
    settings = Settings(local=True, data=":memory:", secrets=secrets)
    async with in_process(settings, agreeing()) as client:
        guest = await succeed(client, "get_id", {"identity_pool_id": await create_pool(client)})
        token = (await succeed(client, "get_open_id_token", guest))["token"]
    assert (token == "(withheld)") == withheld


@pytest.mark.parametrize("tool", TAKERS)
async def test_a_question_shows_that_there_is_a_secret_but_not_the_secret(tool: str) -> None:
    human = agreeing()
    async with endpoint(as_aws) as aws, in_process(Settings(endpoint_url=aws.url), human) as client:
        result = await client.call_tool(tool, ARGUMENTS[tool])
    assert IN not in result.model_dump_json()
    (request,) = aws.requests
    assert IN in request.body
    for question in human.questions:
        assert "(withheld)" in question.message
        assert IN not in question.model_dump_json()


@pytest.mark.parametrize("tool", TAKERS)
async def test_an_error_of_aws_that_repeats_the_secret_is_told_without_it(tool: str) -> None:
    refusing = always(aws_error("ValidationException", f"Value '{IN}' at 'logins' is wrong"))
    async with endpoint(refusing) as aws, in_process(Settings(endpoint_url=aws.url), agreeing()) as client:
        result = await client.call_tool(tool, ARGUMENTS[tool])
    assert "ValidationException: Value '(withheld)' at 'logins' is wrong" in text(result)
    assert IN not in result.model_dump_json()


async def test_the_log_of_a_process_holds_no_secret_even_when_it_tells_everything(tmp_path: Path) -> None:
    turns: dict[str, int] = {}

    async def well_then_badly(request: Request) -> Response:
        turns[request.operation] = turns.get(request.operation, 0) + 1
        error = aws_error("NotAuthorizedException", "No.")
        return await as_aws(request) if turns[request.operation] == 1 else error

    errlog = tmp_path / "log"
    async with endpoint(well_then_badly) as aws:
        options = ("--endpoint-url", aws.url, "--log-level", "debug")
        with errlog.open("w") as log:
            transport = stdio_client(over_stdio(*options), errlog=log)
            async with Client(transport, elicitation_callback=agreeing()) as client:
                with anyio.fail_after(60):
                    for tool, arguments in ARGUMENTS.items():
                        await client.call_tool(tool, arguments)
                        assert (await client.call_tool(tool, arguments)).is_error
    logged = errlog.read_text()
    assert all(logged.count(tool) >= 2 for tool in OPERATIONS)
    assert IN not in logged
    assert OUT not in logged
