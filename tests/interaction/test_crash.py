"""A crash: logged whole, told plainly."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, CallToolResult, ErrorData, Request
from pydantic import ValidationError

from cognito_identity_mcp.app import mcp_server
from cognito_identity_mcp.callers import AwsIdentity
from cognito_identity_mcp.dispatch import Dispatcher, Reply, ToolCall
from cognito_identity_mcp.logs import JsonLines
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.service import Answer
from cognito_identity_tools.shapes import Shape

from .clients import Era, agreeing, error_of
from .examples import ARGUMENTS, IN


class Broken:
    """Services that fall over."""

    place = "a wreck"

    async def default_region(self) -> str:
        return "us-east-1"

    async def identity(self, region: str) -> AwsIdentity:  # noqa: ARG002 - the same everywhere
        return AwsIdentity()

    def in_region(self, region: str) -> Broken:  # noqa: ARG002 - the same everywhere
        return self

    async def call(self, operation: Operation, request: Shape) -> Answer:
        raise ZeroDivisionError(f"{operation.name} of {len(request.model_fields_set)} members")


@pytest.mark.parametrize(
    ("tool", "crash"),
    [
        ("get_credentials_for_identity", "describe_identity of 1 members"),
        ("create_identity_pool", "create_identity_pool of 2 members"),
    ],
    ids=["while the state is read", "while the call is carried out"],
)
async def test_a_crash_is_told_plainly_and_logged_once_with_its_traceback_but_without_arguments(
    tool: str, crash: str, era: Era, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.WARNING, "alembic")  # as in a server; its lines have words of this program
    async with (
        mcp_server(Settings(), Broken()) as server,
        Client(server, mode=era, elicitation_callback=agreeing()) as client,
    ):
        result = await client.call_tool(tool, ARGUMENTS[tool])
    assert error_of(result) == {
        "kind": "internal",
        "code": "InternalError",
        "message": "This server failed; the details are in its log.",
        "next_step": "Report it to whoever runs the server. If the call changes something, check first whether it did.",
        "retryable": False,
    }
    assert "ZeroDivision" not in result.model_dump_json()
    logged = [JsonLines().format(record) for record in caplog.records]
    (line,) = [line for line in logged if "tool_crashed" in line]
    entry = json.loads(line)
    assert (entry["event"], entry["tool"]) == ("tool_crashed", tool)
    assert entry["exception"].startswith("Traceback (most recent call last):\n")
    assert entry["exception"].splitlines()[-1] == f"ZeroDivisionError: {crash}"
    assert sum("ZeroDivisionError" in line for line in logged) == 1
    values = [IN, *(str(value) for value in ARGUMENTS[tool].values() if isinstance(value, str))]
    assert [value for value in values if value in "".join(logged)] == []


@pytest.mark.parametrize("words", [RuntimeError("too bad"), ValidationError.from_exception_data("Model", [])])
async def test_a_crash_around_the_tools_is_told_plainly_and_logged_once_whatever_its_kind(
    words: Exception, era: Era, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(_: Dispatcher, __: ToolCall) -> Reply:
        raise words

    monkeypatch.setattr(Dispatcher, "call", crash)
    async with mcp_server(Settings(), Broken()) as server, Client(server, mode=era) as client:
        with pytest.raises(MCPError) as told:
            await client.call_tool("list_identity_pools")
    assert told.value.error == ErrorData(
        code=INTERNAL_ERROR, message="This server failed; the details are in its log.", data=None
    )
    logged = [json.loads(JsonLines().format(record)) for record in caplog.records]
    (line,) = [line for line in logged if line["event"] == "request_crashed"]
    assert line["method"] == "tools/call"
    assert str(words).splitlines()[0] in line["exception"]


async def test_parameters_of_the_wrong_form_are_the_clients_fault_and_no_crash(
    era: Era, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = Request[dict[str, Any], str](method="tools/call", params={"name": "list_identity_pools", "arguments": [1]})
    async with mcp_server(Settings(), Broken()) as server, Client(server, mode=era) as client:
        with pytest.raises(MCPError) as told:
            await client.session.send_request(wrong, CallToolResult)
    assert told.value.error == ErrorData(code=INVALID_PARAMS, message="Invalid request parameters", data="")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_the_server_lives_on_after_a_crash(era: Era) -> None:
    async with mcp_server(Settings(), Broken()) as server, Client(server, mode=era) as client:
        for _ in range(2):
            assert error_of(await client.call_tool("list_identity_pools"))["code"] == "InternalError"
        assert [tool.name for tool in (await client.list_tools()).tools] == list(TOOLS)
