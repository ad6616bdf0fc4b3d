"""Secrets stay where they belong: out of questions, errors and logs always, out of results unless asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import anyio
import jsonschema
import pytest
from mcp import Client
from mcp.client.stdio import stdio_client

from cognito_identity_mcp import program
from cognito_identity_mcp.listing import every_tool
from cognito_identity_mcp.secrets.sources import SecretSource
from cognito_identity_mcp.settings import Secrets, Settings
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_tools.catalogue import OPERATIONS
from tests.processes import environment, over_stdio, pasted

from .clients import DEVELOPER, FACEBOOK, Facts, agreeing, create_pool, fail, in_process, succeed, text
from .endpoints import Answering, Endpoint, Request, Response, aws_error, endpoint
from .examples import ANSWERS, ARGUMENTS, IDENTITY, IN, OUT, POOL_ID, as_aws

WITHHELD = (
    "The secret was issued but is withheld from this conversation, and it was not kept. "
    "Start the server with --secrets handoff to have it kept for the user, or inline to have it in results."
)
HANDED_OFF = "The secret is kept outside this conversation. Tell the user how to use it (handoff.use); leave it there."
CREDENTIALS = {"access_key_id": "ASIA", "expiration": "2100-01-01T00:00:00Z"}


def issued(tool: str, secret: str) -> Facts:
    """The result of a tool that issues secrets, with this in the place of each."""
    if tool == "get_credentials_for_identity":
        return {
            "identity_id": IDENTITY,
            "credentials": CREDENTIALS | {"secret_key": secret, "session_token": secret},
        }
    return {"identity_id": IDENTITY, "token": secret}


ISSUERS = [name for name, operation in OPERATIONS.items() if operation.output_secrets]
SCHEMAS = {each.name: cast("Facts", each.output_schema) for each in every_tool()}
TAKERS = [name for name, operation in OPERATIONS.items() if operation.input_secrets]


def as_aws_but(tool: str, answer: Response) -> Answering:
    """AWS, which gives this answer to the calls of this tool."""

    async def answering(request: Request) -> Response:
        return answer if request.operation == OPERATIONS[tool].aws_name else await as_aws(request)

    return answering


def sent(aws: Endpoint, tool: str) -> list[Request]:
    """The requests of this tool's operation; others are made to see what it would do."""
    return [request for request in aws.requests if request.operation == OPERATIONS[tool].aws_name]


def test_the_examples_have_a_canary_in_the_place_of_every_secret() -> None:
    assert [name for name in OPERATIONS if IN in str(ARGUMENTS[name])] == TAKERS
    assert [name for name in OPERATIONS if OUT in str(ANSWERS.get(name))] == ISSUERS
    assert ISSUERS == [
        "get_credentials_for_identity",
        "get_open_id_token",
        "get_open_id_token_for_developer_identity",
    ]


@pytest.mark.parametrize("tool", ISSUERS)
async def test_a_secret_is_handed_off_by_default_and_the_result_says_how_to_use_it(tool: str, tmp_path: Path) -> None:
    async with endpoint(as_aws) as aws:
        settings = Settings(endpoint_url=aws.url, state=tmp_path / "my state")
        async with in_process(settings, agreeing()) as client:
            result = await client.call_tool(tool, ARGUMENTS[tool])
    data = cast("Facts", result.structured_content)
    jsonschema.validate(data, SCHEMAS[tool])
    handoff = data.pop("handoff")
    assert data == issued(tool, "(withheld)")
    assert text(result).endswith(f"\n{HANDED_OFF}")
    assert OUT not in result.model_dump_json()
    assert handoff.keys() == {"handle", "expires_at", "use"}
    command = program.command("credentials", handoff["handle"], "--state", f"{tmp_path}/my state")
    assert f"On the server's machine `{command}` prints" in handoff["use"]
    assert (f"credential_process = {command}" in handoff["use"]) == ("credentials" in data)
    fetched = pasted(command, env=environment(HOME=str(tmp_path)))
    assert (fetched.returncode, fetched.stderr) == (0, "")
    assert OUT in fetched.stdout


@pytest.mark.parametrize("tool", ISSUERS)
async def test_a_secret_that_cannot_be_kept_is_withheld_and_the_result_says_so(
    tool: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def full(*_: object) -> None:
        raise StorageUnavailable(tmp_path, "cannot grow: the disk is full", "Make room on the disk")

    monkeypatch.setattr("cognito_identity_mcp.secrets.handoff.HandOff.store", full)
    async with endpoint(as_aws) as aws, in_process(Settings(endpoint_url=aws.url), agreeing()) as client:
        result = await client.call_tool(tool, ARGUMENTS[tool])
    assert result.structured_content == issued(tool, "(withheld)")
    assert text(result).endswith(
        f"\nThe secret was issued but could not be kept: The database {tmp_path} cannot grow: the disk is full. "
        "Make room on the disk."
    )


@pytest.mark.parametrize("tool", ISSUERS)
async def test_a_secret_is_withheld_where_the_operator_wants_it(tool: str) -> None:
    async with endpoint(as_aws) as aws:
        settings = Settings(endpoint_url=aws.url, secrets=Secrets.WITHHOLD)
        async with in_process(settings, agreeing()) as client:
            result = await client.call_tool(tool, ARGUMENTS[tool])
    assert result.structured_content == issued(tool, "(withheld)")
    assert text(result).endswith(f"\n{WITHHELD}")
    assert OUT not in result.model_dump_json()


@pytest.mark.parametrize("tool", ISSUERS)
async def test_a_secret_is_in_the_result_where_the_operator_wants_it(tool: str) -> None:
    async with endpoint(as_aws) as aws:
        settings = Settings(endpoint_url=aws.url, secrets=Secrets.INLINE)
        async with in_process(settings, agreeing()) as client:
            result = await client.call_tool(tool, ARGUMENTS[tool])
    assert result.structured_content == issued(tool, OUT)
    assert "The secret" not in text(result)


@pytest.mark.parametrize(
    ("secrets", "withheld"), [(None, False), (Secrets.WITHHOLD, True), (Secrets.HANDOFF, True), (Secrets.INLINE, False)]
)
async def test_the_local_services_secrets_open_nothing_and_are_shown_unless_told_otherwise(
    secrets: Secrets | None, *, withheld: bool
) -> None:
    settings = Settings(local=True, data=":memory:", secrets=secrets)
    async with in_process(settings, agreeing()) as client:
        guest = await succeed(client, "get_id", {"identity_pool_id": await create_pool(client)})
        token = (await succeed(client, "get_open_id_token", guest))["token"]
    assert (token == "(withheld)") == withheld


@pytest.mark.parametrize("tool", TAKERS)
async def test_a_secret_goes_out_and_no_question_shows_it(tool: str) -> None:
    human = agreeing()
    async with endpoint(as_aws) as aws, in_process(Settings(endpoint_url=aws.url), human) as client:
        result = await client.call_tool(tool, ARGUMENTS[tool])
    assert IN not in result.model_dump_json()
    (request,) = sent(aws, tool)
    assert IN in request.body
    assert bool(human.questions) == (tool != "get_id")
    for question in human.questions:
        assert IN not in question.model_dump_json()


@pytest.mark.parametrize("tool", TAKERS)
async def test_an_error_of_aws_that_repeats_the_secret_is_told_without_it(tool: str) -> None:
    refusal = aws_error("ValidationException", f"Value '{IN}' at 'logins' is wrong")
    async with (
        endpoint(as_aws_but(tool, refusal)) as aws,
        in_process(Settings(endpoint_url=aws.url), agreeing()) as client,
    ):
        result = await client.call_tool(tool, ARGUMENTS[tool])
    assert "ValidationException: Value '(withheld)' at 'logins' is wrong" in text(result)
    assert IN not in result.model_dump_json()


LOGIN = {"identity_pool_id": POOL_ID, "logins": {FACEBOOK: "secret:alice", DEVELOPER: "secret:not-there"}}


async def test_a_secret_named_in_the_arguments_is_sent_and_the_name_is_all_that_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOKEN_OF_ALICE", IN)
    tool, human = "get_credentials_for_identity", agreeing()
    refusal = aws_error("NotAuthorizedException", f"Token {IN} is not from a supported provider.")
    async with endpoint(as_aws_but(tool, refusal)) as aws:
        settings = Settings(endpoint_url=aws.url, secret_sources={"alice": SecretSource(env="TOKEN_OF_ALICE")})
        async with in_process(settings, human) as client:
            assert str(client.session.instructions).endswith("Configured: alice.\n")
            arguments = {"identity_id": IDENTITY, "logins": {FACEBOOK: "secret:alice"}}
            result = await client.call_tool(tool, arguments)
    (request,) = sent(aws, tool)
    assert json.loads(request.body)["Logins"] == {FACEBOOK: IN}
    assert "NotAuthorizedException: Token (withheld) is not from a supported provider." in text(result)
    (question,) = human.questions
    assert "secret:alice" in question.message
    assert IN not in question.model_dump_json() + result.model_dump_json()


async def test_a_secret_that_is_not_configured_is_an_error_and_nobody_is_asked() -> None:
    human = agreeing()
    async with endpoint(as_aws) as aws:
        settings = Settings(endpoint_url=aws.url, secret_sources={"alice": SecretSource(env="TOKEN_OF_ALICE")})
        async with in_process(settings, human) as client:
            error = await fail(client, "get_id", LOGIN)
    assert error["problems"][0]["text"] == f"logins.{DEVELOPER}: names no configured secret; configured are: alice"
    assert (aws.requests, human.questions) == ([], [])


async def test_a_secret_that_cannot_be_read_is_an_error_and_nothing_is_sent() -> None:
    async with endpoint(as_aws) as aws:
        settings = Settings(endpoint_url=aws.url, secret_sources={"alice": SecretSource(env="TOKEN_OF_ALICE")})
        async with in_process(settings) as client:
            arguments = {"identity_pool_id": POOL_ID, "logins": {FACEBOOK: "secret:alice"}}
            error = await fail(client, "get_id", arguments)
    assert error["code"] == "SecretUnavailable"
    assert "the environment variable TOKEN_OF_ALICE is not set. Nothing was sent." in error["message"]
    assert "GetId" not in aws.operations


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
