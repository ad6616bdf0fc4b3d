"""A server that was given a profile that does not exist says so at its start."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from cognito_identity_mcp.aws.profiles import report_missing_profile
from cognito_identity_mcp.settings import Settings
from tests.processes import environment, pipe, started

CONFIG = """
[default]
region = eu-west-1
[profile dev]
region = eu-west-1
s3 =
  max_concurrent_requests = 5
[profile "with blanks"]
region = eu-west-1
[sso-session dev-sso]
sso_region = eu-west-1
"""
CREDENTIALS = "[keys]\naws_access_key_id = id\n"


def files(folder: Path, config: str = CONFIG) -> dict[str, str]:
    """The variables that name AWS's files."""
    (folder / "config").write_text(config)
    (folder / "credentials").write_text(CREDENTIALS)
    return {
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
    }


def test_a_missing_profile_is_the_first_line_of_the_log(tmp_path: Path) -> None:
    env = environment(**files(tmp_path))
    with started("serve", "--profile", "dev-sso", "--state", str(tmp_path / "state"), env=env) as process:
        line = json.loads(pipe(process.stderr).readline())
    del line["timestamp"]
    assert line == {
        "profile": "dev-sso",
        "known": ["default", "dev", "keys", "with blanks"],
        "what_to_do": "Check --profile. Until it exists, every call fails.",
        "event": "no_such_profile",
        "logger": "cognito_identity_mcp",
        "level": "warning",
    }


@pytest.mark.parametrize(
    ("profile", "config"),
    [
        *((profile, CONFIG) for profile in (None, "default", "dev", "with blanks", "keys")),
        ("nobody knows", "[profile dev\n"),
        ("nobody knows", "[profile dev]\n[profile dev]\n"),
    ],
)
async def test_nothing_is_said_of_a_profile_that_exists_or_may_exist(
    profile: str | None,
    config: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name, value in files(tmp_path, config).items():
        monkeypatch.setenv(name, value)
    caplog.set_level(logging.INFO)
    await report_missing_profile(Settings(profile=profile))
    assert caplog.records == []
