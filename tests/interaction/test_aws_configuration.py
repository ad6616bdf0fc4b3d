"""Credentials, profiles and regions of the machine, as AWS's tools read them."""

from __future__ import annotations

import gc
import re
from pathlib import Path

import pytest

from cognito_identity_mcp.settings import Settings
from cognito_identity_tools.catalogue import OPERATIONS

from .clients import Facts, agreeing, fail, in_process, succeed
from .endpoints import Request, endpoint
from .examples import ARGUMENTS, as_aws

UNSIGNED = ("get_id", "get_credentials_for_identity", "get_open_id_token", "unlink_identity")


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An AWS configuration file."""
    path = tmp_path / "config"
    path.write_text(
        "[profile p]\nregion = eu-west-1\naws_access_key_id = id\naws_secret_access_key = key\n"
        "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = p\n"
        "mfa_serial = arn:aws:iam::123456789012:mfa/me\n"
        f"[profile absent]\ncredential_process = {tmp_path}/absent\n"
        "[profile chatty]\ncredential_process = echo hello\n"
        "[profile listing]\ncredential_process = echo []\n"
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = absent\n"
        "[profile odd]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = gone\n"
        "[profile circle]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = round\n"
        "[profile round]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = circle\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))


def request_error(code: str, message: str, next_step: str) -> Facts:
    return {"kind": "request", "code": code, "message": message, "next_step": next_step, "retryable": False}


def region_of(request: Request) -> str:
    """The region that a request is signed for."""
    found = re.search(r"Credential=[^/]+/\d{8}/([^/]+)/cognito-identity/", request.headers["authorization"])
    assert found is not None
    return found[1]


async def test_without_credentials_a_signed_call_is_not_sent_and_says_how_to_get_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with endpoint(as_aws) as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        async with in_process(Settings()) as client:
            error = await fail(client, "describe_identity_pool", ARGUMENTS["describe_identity_pool"])
    assert error == request_error(
        "NoCredentials",
        "The server has no AWS credentials.",
        "Give the server AWS credentials: aws sso login, aws configure, environment variables or --profile. "
        "get_id, get_credentials_for_identity, get_open_id_token and unlink_identity need none.",
    )
    assert aws.requests == []


def test_the_unsigned_tools_are_the_four_of_the_catalogue() -> None:
    assert {name for name, operation in OPERATIONS.items() if not operation.signed} == set(UNSIGNED)


@pytest.mark.parametrize("tool", UNSIGNED)
async def test_without_credentials_the_four_unsigned_tools_work(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with endpoint(as_aws) as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        async with in_process(Settings(), agreeing()) as client:
            await succeed(client, tool, ARGUMENTS[tool])
    (request,) = aws.requests
    assert request.operation == OPERATIONS[tool].aws_name
    assert "authorization" not in request.headers


async def test_the_four_stay_unsigned_where_there_are_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    async with endpoint(as_aws) as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        async with in_process(Settings()) as client:
            await succeed(client, "get_id", ARGUMENTS["get_id"])
            await succeed(client, "describe_identity_pool", ARGUMENTS["describe_identity_pool"])
    unsigned, signed = aws.requests
    assert "authorization" not in unsigned.headers
    assert signed.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=mine/")


CHECK_PROFILE = "Check --profile and AWS_PROFILE; `aws configure list-profiles` shows the profiles of this machine."


@pytest.mark.parametrize("tool", ["describe_identity_pool", "list_identity_pools", "get_id"])
async def test_a_profile_that_is_not_there_is_named(tool: str) -> None:
    async with in_process(Settings(profile="prod")) as client:
        error = await fail(client, tool, ARGUMENTS[tool])
    assert error == request_error("NoSuchProfile", "There is no AWS profile prod.", CHECK_PROFILE)


@pytest.mark.usefixtures("configured")
async def test_a_role_that_wants_an_mfa_code_is_not_asked_for_on_the_terminal() -> None:
    async with endpoint(as_aws) as aws, in_process(Settings(profile="admin", endpoint_url=aws.url)) as client:
        error = await fail(client, "describe_identity_pool", ARGUMENTS["describe_identity_pool"])
    assert error == request_error(
        "MfaNeeded",
        "The AWS profile's role wants an MFA code, which nobody can type here.",
        "Get session credentials in a terminal first, as with aws sso login or aws sts, and use those.",
    )
    assert aws.requests == []


LOGIN = (
    "Give the server AWS credentials: aws sso login, aws configure, environment variables or --profile. "
    "get_id, get_credentials_for_identity, get_open_id_token and unlink_identity need none."
)
CONFIGURATION = "Correct the AWS configuration of this machine (~/.aws/config, environment), then restart the server."


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("profile", "code", "message", "next_step"),
    [
        ("absent", "NoCredentials", "{process}: {folder}/absent: No such file or directory.", LOGIN),
        ("role", "NoCredentials", "{process}: {folder}/absent: No such file or directory.", LOGIN),
        ("chatty", "NoCredentials", "{process}: it does not print the JSON object that AWS asks for.", LOGIN),
        ("listing", "NoCredentials", "{process}: it does not print the JSON object that AWS asks for.", LOGIN),
        (
            "odd",
            "BadConfiguration",
            'The AWS configuration is wrong: The source_profile "gone" referenced in the profile "odd" does not exist.',
            CONFIGURATION,
        ),
        (
            "circle",
            "BadConfiguration",
            "The AWS profile circle is its own source_profile, directly or by others.",
            CONFIGURATION,
        ),
    ],
)
async def test_a_profile_that_is_wrong_is_told_with_what_is_wrong(
    profile: str, code: str, message: str, next_step: str, tmp_path: Path
) -> None:
    process = "AWS credentials could not be had from credential_process"
    async with in_process(Settings(profile=profile)) as client:
        error = await fail(client, "describe_identity_pool", ARGUMENTS["describe_identity_pool"])
    assert error == request_error(code, message.format(process=process, folder=tmp_path), next_step)


async def test_a_region_of_the_environment_in_upper_case_is_not_said_to_be_in_an_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_REGION", "EU-WEST-1")
    async with in_process(Settings()) as client:
        error = await fail(client, "list_identity_pools")
    assert (error["message"], error["next_step"]) == (
        "list_identity_pools would go to the region EU-WEST-1; AWS writes regions in lower case.",
        "Correct AWS_REGION or the AWS profile. Nothing was changed.",
    )


async def test_a_call_without_a_region_says_where_to_set_one() -> None:
    async with in_process(Settings()) as client:
        error = await fail(client, "list_identity_pools")
    assert error == {
        "kind": "invalid_input",
        "code": "InvalidInput",
        "message": "list_identity_pools names no pool or identity, and no region is configured.",
        "next_step": (
            "Start the server with --region, or set a region in the AWS profile or in AWS_REGION. Nothing was changed."
        ),
        "retryable": False,
    }


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("region", "environment", "expected"),
    [
        (None, {}, "eu-west-1"),
        (None, {"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        (None, {"AWS_DEFAULT_REGION": "eu-west-2", "AWS_REGION": "eu-west-3"}, "eu-west-3"),
        ("eu-north-1", {"AWS_REGION": "eu-west-3"}, "eu-north-1"),
    ],
)
async def test_the_default_region_is_the_option_else_the_environment_else_the_profile(
    region: str | None,
    environment: dict[str, str],
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    async with endpoint(as_aws) as aws:
        settings = Settings(profile="p", region=region, endpoint_url=aws.url)
        async with in_process(settings) as client:
            await succeed(client, "list_identity_pools")
            await succeed(client, "describe_identity_pool", ARGUMENTS["describe_identity_pool"])
    assert [region_of(request) for request in aws.requests] == [expected, "us-east-1"]


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("profile", ["p", "prod"], ids=["calls that work", "calls that fail"])
async def test_what_a_call_leaves_behind_is_garbage_to_the_collector_after_the_first_one(profile: str) -> None:
    async with endpoint(as_aws) as aws, in_process(Settings(profile=profile, endpoint_url=aws.url)) as client:
        await client.call_tool("list_identity_pools")
        kept = gc.get_freeze_count()
        for _ in range(3):
            await client.call_tool("list_identity_pools")
        assert gc.get_freeze_count() <= kept


async def test_regions_that_somebody_makes_up_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cognito_identity_mcp.aws.services._MOST_REGIONS", 2)
    async with endpoint(as_aws) as aws, in_process(Settings(endpoint_url=aws.url)) as client:
        for region in ("us-east-1", "eu-west-1", "us-east-1"):
            await succeed(client, "describe_identity_pool", {"identity_pool_id": f"{region}:0"})
        error = await fail(client, "describe_identity_pool", {"identity_pool_id": "moon-base-1:0"})
        await succeed(client, "describe_identity_pool", {"identity_pool_id": "eu-west-1:0"})
    assert error == request_error(
        "TooManyRegions",
        "This server has worked in 2 regions already, more than AWS has: moon-base-1 is not one of them.",
        "Check the region in the id. If it is right, the server has to be started again.",
    )
    assert len(aws.requests) == 4
