"""What the documentation shows in Python runs as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cognito_identity_mcp.pytest_plugin import CognitoIdentityLocal
from tests.processes import run

_PAGE = (Path(__file__).parents[2] / "docs" / "local-service.md").read_text("utf-8")


def _snippet(heading: str, local: CognitoIdentityLocal, position: int = 0) -> str:
    section = _PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    code = re.findall(r"```python\n(.*?)```", section, re.DOTALL)[position]
    return str(code).replace("http://127.0.0.1:9230", local.url)


def _run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(code, "docs/local-service.md", "exec"), names)  # noqa: S102 - our own page
    return names


def test_the_python_example_runs(cognito_identity_local: CognitoIdentityLocal) -> None:
    names = _run(_snippet("Python", cognito_identity_local))
    names["client"].close()
    assert names["identity"].startswith("eu-west-1:")


@pytest.mark.parametrize("position", [0, 1])
def test_the_pytest_examples_pass(
    pytester: pytest.Pytester, cognito_identity_local: CognitoIdentityLocal, position: int
) -> None:
    pytester.makepyfile(_snippet("pytest", cognito_identity_local, position))
    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=1)


_SHARING = """
def test_what_is_shared_is_elsewhere(cognito_identity_local, shared):
    (pool,) = cognito_identity_local.client().list_identity_pools(MaxResults=60)["IdentityPools"]
    assert pool["IdentityPoolName"] == "shop"
    assert shared.client().list_identity_pools(MaxResults=60)["IdentityPools"] == []
"""


def test_the_conftest_shown_seeds_and_shares(
    pytester: pytest.Pytester, cognito_identity_local: CognitoIdentityLocal
) -> None:
    (seed,) = re.findall(r"```toml\n(.*?)```", _PAGE, re.DOTALL)
    pytester.makefile(".toml", pools=seed)
    pytester.makeconftest(_snippet("pytest", cognito_identity_local, 2))
    pytester.makepyfile(_SHARING)
    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=1)


def test_the_service_runs_without_pytest(cognito_identity_local: CognitoIdentityLocal) -> None:
    assert _run(_snippet("pytest", cognito_identity_local, 3))["url"].startswith("http://127.0.0.1:")


def test_the_seed_shown_loads_and_comes_out_again(tmp_path: Path) -> None:
    (seed,) = re.findall(r"```toml\n(.*?)```", _PAGE, re.DOTALL)
    file = tmp_path / "seed.toml"
    file.write_text(seed)
    dumped = run("local", "--seed", str(file), "--dump", "-")
    assert dumped.returncode == 0
    (pool,) = json.loads(dumped.stdout)["Pools"]
    assert {"IdentityPoolName": "shop"}.items() <= pool.items()
    assert [each["IdentityId"] for each in pool["Identities"]] == ["us-east-1:aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"]


def test_a_token_made_as_shown_is_a_login(cognito_identity_local: CognitoIdentityLocal) -> None:
    token = _run(_snippet("Logins", cognito_identity_local))["token"]
    client = cognito_identity_local.client()
    pool = client.create_identity_pool(
        IdentityPoolName="docs",
        AllowUnauthenticatedIdentities=False,
        SupportedLoginProviders={"accounts.google.com": "app"},
    )["IdentityPoolId"]
    logins = {"accounts.google.com": token("alice", "app")}
    first = client.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"]
    assert client.describe_identity(IdentityId=first)["Logins"] == ["accounts.google.com"]
