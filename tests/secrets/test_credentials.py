"""`credentials`: what was handed off reaches the AWS SDK, a shell and a person, without the conversation seeing it."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from mcp import Client

from cognito_identity_mcp.settings import Secrets, Settings
from tests.interaction.clients import DEVELOPER, Facts, agreeing, create_pool, in_process, succeed
from tests.interaction.story import ROLES
from tests.mcp.terminals import in_terminal
from tests.processes import environment, run

OUTSIDE = environment(HOME="/nonexistent")
"""Of a shell that knows nothing of the server but the command it was given."""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@asynccontextmanager
async def server(local_service: str, state: Path) -> AsyncGenerator[Client]:
    settings = Settings(endpoint_url=local_service, state=state, secrets=Secrets.HANDOFF)
    async with in_process(settings, agreeing()) as client:
        yield client


async def guest(client: Client) -> Facts:
    """A new guest, who may have credentials."""
    pool = await create_pool(client)
    await succeed(client, "set_identity_pool_roles", {"identity_pool_id": pool, "roles": ROLES})
    return await succeed(client, "get_id", {"identity_pool_id": pool})


def words(handoff: Facts) -> list[str]:
    """The command in the result, without the program's name."""
    command = str(handoff["use"]).partition("`")[2].partition("`")[0]
    return shlex.split(command)[1:]


async def test_boto3_works_with_credentials_that_nobody_saw(
    local_service: str, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with server(local_service, state) as client:
        result = await succeed(client, "get_credentials_for_identity", await guest(client))
    config = tmp_path / "config"
    line = str(result["handoff"]["use"]).partition("credential_process = ")[2]
    config.write_text(f"[profile guest]\nregion = us-east-1\ncredential_process = {line}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    session: Any = boto3.Session(profile_name="guest")
    found = session.get_credentials()
    assert (found.method, found.access_key) == ("custom-process", result["credentials"]["access_key_id"])
    assert found.token
    pools = session.client("cognito-identity", endpoint_url=local_service)
    assert pools.list_identity_pools(MaxResults=1)["ResponseMetadata"]["HTTPStatusCode"] == 200
    pools.close()


async def test_credentials_are_printed_as_a_process_prints_them(local_service: str, state: Path) -> None:
    async with server(local_service, state) as client:
        result = await succeed(client, "get_credentials_for_identity", await guest(client))
    for format_ in ([], ["--format", "json"]):
        ended = run(*words(result["handoff"]), *format_, env=OUTSIDE)
        assert (ended.returncode, ended.stderr) == (0, "")
        printed = json.loads(ended.stdout)
        assert list(printed) == ["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]
        issued = result["credentials"]
        assert (printed["Version"], printed["AccessKeyId"]) == (1, issued["access_key_id"])
        assert printed["Expiration"] == issued["expiration"] == result["handoff"]["expires_at"]
        assert len(printed["SecretAccessKey"]) == 40
        assert printed["SecretAccessKey"] + printed["SessionToken"] not in str(result)
    refused = run(*words(result["handoff"]), "--format", "token", env=OUTSIDE)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "holds AWS credentials, which are no token. Leave --format out, or say json." in refused.stderr


async def test_a_token_is_printed_bare_or_as_json_and_is_a_login(local_service: str, state: Path) -> None:
    async with server(local_service, state) as client:
        pool = await create_pool(client)
        bob = {"identity_pool_id": pool, "logins": {DEVELOPER: "bob"}}
        result = await succeed(client, "get_open_id_token_for_developer_identity", bob)
        bare = run(*words(result["handoff"]), env=OUTSIDE)
        assert (bare.returncode, bare.stderr) == (0, "")
        token = bare.stdout.rstrip("\n")
        logins = {"cognito-identity.amazonaws.com": token}
        await succeed(client, "set_identity_pool_roles", {"identity_pool_id": pool, "roles": ROLES})
        arguments = {"identity_id": result["identity_id"], "logins": logins}
        assert "handoff" in await succeed(client, "get_credentials_for_identity", arguments)
    as_json = run(*words(result["handoff"]), "--format", "json", env=OUTSIDE)
    assert json.loads(as_json.stdout) == {
        "IdentityId": result["identity_id"],
        "Token": token,
        "Expiration": result["handoff"]["expires_at"],
    }


async def test_the_list_shows_what_waits_and_no_secret(local_service: str, state: Path) -> None:
    async with server(local_service, state) as client:
        identity = await guest(client)
        credentials = await succeed(client, "get_credentials_for_identity", identity)
        token = await succeed(client, "get_open_id_token", identity)
    ended = run("credentials", "--list", "--state", str(state), env=OUTSIDE)
    common = {"identity_id": identity["identity_id"], "place": f"AWS at {local_service}", "region": "us-east-1"}
    assert json.loads(ended.stdout) == [
        {
            "handle": token["handoff"]["handle"],
            "kind": "token",
            "expires_at": token["handoff"]["expires_at"],
            "tool": "get_open_id_token",
            **common,
        },
        {
            "handle": credentials["handoff"]["handle"],
            "kind": "credentials",
            "expires_at": credentials["handoff"]["expires_at"],
            "tool": "get_credentials_for_identity",
            "access_key_id": credentials["credentials"]["access_key_id"],
            **common,
        },
    ]
    with in_terminal("credentials", "--list", "--state", str(state)) as terminal:
        assert terminal.status() == 0
        assert credentials["handoff"]["handle"] in terminal.screen
    with in_terminal(*words(token["handoff"])) as terminal:
        assert terminal.status() == 0
        assert terminal.screen.startswith("cognito-identity-mcp: what follows is secret;")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            ["000000000000"],
            "There is no secret '000000000000' here. Expired ones are deleted; --list shows the others.",
        ),
        ([], "Give a HANDLE, or --list."),
        (["000000000000", "--list"], "Give a HANDLE, or --list."),
    ],
)
def test_what_cannot_be_fetched_ends_with_status_2_and_says_why(given: list[str], complaint: str, state: Path) -> None:
    ended = run("credentials", *given, "--state", str(state), env=OUTSIDE)
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", f"cognito-identity-mcp: {complaint}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="modes say nothing there")
def test_a_state_folder_that_others_can_read_is_not_used(state: Path) -> None:
    state.mkdir(mode=0o755)
    ended = run("credentials", "--list", "--state", str(state), env=OUTSIDE)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"{state} is open to other users (mode 0755)" in ended.stderr
