"""AWS's errors over the wire: what is sent how often, and the whole of what a caller is told."""

from __future__ import annotations

import pytest

from cognito_identity_mcp.advice import BY_CODE
from cognito_identity_mcp.settings import Settings
from cognito_identity_tools.errors import ErrorCode

from .clients import Facts, fail, in_process, text
from .endpoints import REQUEST_ID, Response, always, aws_error, endpoint
from .examples import ARGUMENTS

ATTEMPTS = 2
THROTTLED = {ErrorCode.TOO_MANY_REQUESTS, ErrorCode.LIMIT_EXCEEDED, ErrorCode.THROTTLING}
"""Refused before anything was done: the SDK's standard mode tries any call again. A used-up quota passes for one."""

RETRYABLE = {
    ErrorCode.CONCURRENT_MODIFICATION,
    ErrorCode.EXTERNAL_SERVICE,
    ErrorCode.INTERNAL_ERROR,
    ErrorCode.TOO_MANY_REQUESTS,
    ErrorCode.THROTTLING,
    ErrorCode.SERVICE_UNAVAILABLE,
}


@pytest.fixture(autouse=True)
def no_pauses_between_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(*_: object) -> float:
        return 0.0

    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", at_once)


async def outcome(response: Response | None, tool: str) -> tuple[Facts, int]:
    """The error that a call ends with, and how often it was sent."""
    async with endpoint(always(response)) as aws:
        async with in_process(Settings(endpoint_url=aws.url, max_attempts=ATTEMPTS)) as client:
            error = await fail(client, tool, ARGUMENTS[tool])
        return error, len(aws.requests)


@pytest.mark.parametrize("code", ErrorCode)
async def test_an_error_is_told_with_its_advice_and_throttled_reads_are_tried_again(code: ErrorCode) -> None:
    error, sent = await outcome(aws_error(code, "What AWS says."), "describe_identity_pool")
    assert error == {
        "kind": "service",
        "code": str(code),
        "message": "What AWS says.",
        "next_step": BY_CODE[code].next_step,
        "retryable": code in RETRYABLE,
        "request_id": REQUEST_ID,
    }
    assert sent == (ATTEMPTS if code in THROTTLED else 1)


async def test_a_code_of_the_future_is_told_as_it_came() -> None:
    error, sent = await outcome(aws_error("BrandNewException", "Whatever."), "describe_identity_pool")
    assert error == {
        "kind": "service",
        "code": "BrandNewException",
        "message": "Whatever.",
        "next_step": "This code is not known to this version: read the message.",
        "retryable": False,
        "request_id": REQUEST_ID,
    }
    assert sent == 1


async def test_a_read_that_aws_failed_is_tried_again_then_told() -> None:
    error, sent = await outcome(aws_error("InternalErrorException", "Oops.", 500), "list_identity_pools")
    assert error == {
        "kind": "service",
        "code": "InternalErrorException",
        "message": "Oops.",
        "next_step": "AWS failed: try again later.",
        "retryable": True,
        "request_id": REQUEST_ID,
    }
    assert sent == ATTEMPTS


async def test_a_creation_that_aws_failed_is_sent_once_and_its_outcome_is_unknown() -> None:
    error, sent = await outcome(aws_error("InternalErrorException", "Oops.", 500), "create_identity_pool")
    assert error == {
        "kind": "request",
        "code": "OutcomeUnknown",
        "message": "Oops. The outcome is unknown: the change may have been made.",
        "next_step": ("Do not simply repeat it. Look for a pool of that name with list_identity_pools."),
        "retryable": False,
        "request_id": REQUEST_ID,
    }
    assert sent == 1


@pytest.mark.parametrize("code", ["InternalErrorException", "ServiceUnavailable", "BrandNewException"])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_creation_is_sent_once_whatever_broke_on_the_way(code: str, status: int) -> None:
    error, sent = await outcome(aws_error(code, "Broken.", status), "create_identity_pool")
    assert (error["code"], error["request_id"], sent) == ("OutcomeUnknown", REQUEST_ID, 1)


async def test_a_creation_whose_connection_was_reset_may_have_been_made() -> None:
    error, sent = await outcome(None, "create_identity_pool")
    assert error == {
        "kind": "request",
        "code": "OutcomeUnknown",
        "message": "The connection broke before the answer. The outcome is unknown: the change may have been made.",
        "next_step": "Do not simply repeat it. Look for a pool of that name with list_identity_pools.",
        "retryable": False,
    }
    assert sent == 1


async def test_a_read_whose_connection_was_reset_is_tried_again_then_told() -> None:
    error, sent = await outcome(None, "list_identity_pools")
    assert error == {
        "kind": "request",
        "code": "ConnectionLost",
        "message": "The connection broke before the answer.",
        "next_step": "Try again; if it keeps failing, check the network and AWS's health.",
        "retryable": True,
    }
    assert sent == ATTEMPTS


async def test_the_text_says_what_the_facts_say() -> None:
    refusing = always(aws_error("ResourceNotFoundException", "IdentityPool 'x' not found."))
    async with endpoint(refusing) as aws, in_process(Settings(endpoint_url=aws.url)) as client:
        result = await client.call_tool("describe_identity_pool", ARGUMENTS["describe_identity_pool"])
    assert text(result) == (
        "ResourceNotFoundException: IdentityPool 'x' not found.\n"
        "Next: Check the id, its region and the account: list_identity_pools shows the pools of the default region.\n"
        "Trying the same again will not help.\n"
        f"AWS request id: {REQUEST_ID}"
    )
