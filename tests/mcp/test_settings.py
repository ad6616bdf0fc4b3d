"""Settings: one precedence, and errors that name the setting and where it came from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cognito_identity_mcp.settings import PREFIX, Settings, SettingsError, load

VALUES: dict[str, Any] = {
    "transport": "http",
    "host": "::1",
    "port": 0,
    "profile": "prod",
    "region": "eu-west-1",
    "endpoint_url": "http://127.0.0.1:1",
    "read_only": True,
    "policy": "policy.toml",
    "preset": "operator",
    "hide_refused": True,
    "secrets": "inline",
    "state": "/var/lib/pools",
    "log_level": "debug",
    "log_format": "json",
    "connect_timeout": 1.5,
    "read_timeout": 2.5,
    "approval_wait": 30.0,
    "max_attempts": 4,
    "max_concurrency": 5,
}
LOCAL = {"local": True, "data": ":memory:"}
FILE_ONLY = {"secret_sources"}
"""Tables; tests/secrets tries them."""


def in_file(tmp_path: Path, values: dict[str, Any]) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text("\n".join(f"{name} = {json.dumps(value)}" for name, value in values.items()))
    return path


def in_environment(monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name.upper(), str(value))


@pytest.mark.parametrize("values", [VALUES, LOCAL])
def test_every_setting_can_come_from_every_source(
    values: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert VALUES.keys() | LOCAL.keys() | FILE_ONLY == Settings.model_fields.keys()
    expected = Settings.model_validate(values)
    assert load(values) == expected
    assert load({}, in_file(tmp_path, values)) == expected
    in_environment(monkeypatch, values)
    assert load({}) == expected


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = in_file(tmp_path, {"region": "from-file", "profile": "from-file", "log_level": "error"})
    in_environment(monkeypatch, {"region": "from-environment", "profile": "from-environment"})
    settings = load({"region": "from-command-line"}, path)
    assert settings == Settings(region="from-command-line", profile="from-environment", log_level="error")


def test_an_unknown_name_in_the_environment_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    in_environment(monkeypatch, {"readonly": "1"})
    with pytest.raises(SettingsError, match=r"Unknown in the environment: COGNITO_IDENTITY_MCP_READONLY\. Settings"):
        load({})


def test_wrong_values_are_told_with_their_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = in_file(tmp_path, {"max_attempts": 0, "colour": "red"})
    in_environment(monkeypatch, {"port": "many"})
    with pytest.raises(SettingsError) as caught:
        load({"host": "0.0.0.0"}, path)  # noqa: S104 - has to be refused
    text = str(caught.value)
    assert "Setting host = '0.0.0.0' (command line): must be a loopback address" in text
    assert "Setting port = 'many' (environment): should be a valid integer" in text
    assert f"Setting max_attempts = 0 (file {path}): should be greater than or equal to 1." in text
    assert f"Unknown setting 'colour' (file {path})." in text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.com", ""])  # noqa: S104
def test_a_host_that_others_reach_is_refused(host: str) -> None:
    with pytest.raises(SettingsError, match="must be a loopback address"):
        load({"host": host})


@pytest.mark.parametrize("url", ["ftp://x", "127.0.0.1:9230", "http://", "http://x:99999", "http://x:y", "http://[::1"])
def test_an_endpoint_that_nobody_can_have_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({"endpoint_url": url})
    assert str(caught.value) == (
        f"Setting endpoint_url = {url!r} (command line): must be an http:// or https:// address."
    )


@pytest.mark.parametrize("url", ["https://ann:hunter22@proxy.example", "ftp://ann:hunter22@proxy.example"])
def test_an_address_with_a_password_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^Setting endpoint_url \(command line\): must be ") as caught:
        load({"endpoint_url": url})
    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize("region", ["EU-WEST-1", "eu west 1", "eu_west_1", "eu-west-1\n", "eu-west-1.example.com/"])
def test_a_region_that_cannot_be_one_stops_the_start(region: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({"region": region})
    assert str(caught.value) == (
        f"Setting region = {region!r} (command line): must be a region as AWS writes it: lower case, as in eu-west-1."
    )


def test_a_file_that_is_no_toml_or_not_there_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("region = ")
    with pytest.raises(SettingsError, match=r"bad\.toml is not TOML: "):
        load({}, bad)
    with pytest.raises(SettingsError, match=r"none\.toml: No such file or directory\."):
        load({}, tmp_path / "none.toml")


def test_the_key_of_the_state_folder_is_no_setting_and_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    in_environment(monkeypatch, {"key": "c2VjcmV0", "port": "many"})
    with pytest.raises(SettingsError) as caught:
        load({"key": "other"})
    assert "Unknown setting 'key' (command line)." in str(caught.value)
    assert "c2VjcmV0" not in str(caught.value)
    monkeypatch.delenv(PREFIX + "PORT")
    assert load({}) == Settings()
