"""Secrets inline over HTTP: refused at the start, unless the policy file allows it or they open nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import LOCAL, environment, mcp_url, run, started

SERVE = ("serve", "--transport", "http", "--port", "0", "--region", "us-east-1", "--secrets", "inline")
ALLOWING = "inline_secrets_over_http = true\n"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(HOME=str(tmp_path))


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


@pytest.mark.parametrize("text", [None, "", "inline_secrets_over_http = false\n", 'preset = "administrator"\n'])
def test_a_server_that_would_show_secrets_over_http_does_not_start(
    text: str | None, policy: Path, env: dict[str, str]
) -> None:
    if text is not None:
        policy.write_text(text)
    ended = run(*SERVE, *([] if text is None else ["--policy", str(policy)]), env=env)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert (
        "secrets = inline shows tokens and keys to every client over HTTP. Use handoff, or put "
        "inline_secrets_over_http = true into the policy file."
    ) in ended.stderr


def test_the_policy_file_can_allow_it(policy: Path, env: dict[str, str]) -> None:
    policy.write_text(ALLOWING)
    with started(*SERVE, "--policy", str(policy), env=env) as process:
        assert mcp_url(process).startswith("http://127.0.0.1:")


def test_secrets_of_the_local_service_open_nothing_and_may_be_shown(env: dict[str, str]) -> None:
    with started("serve", "--transport", "http", "--port", "0", "--secrets", "inline", *LOCAL, env=env) as process:
        assert mcp_url(process).startswith("http://127.0.0.1:")
