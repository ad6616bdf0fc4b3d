"""Settings of the server and where they come from.

One precedence, highest first: command line, environment (`COGNITO_IDENTITY_MCP_*`), TOML file (`--config`), default.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from cognito_identity_mcp.secrets.sources import SecretSource, SourceName
from cognito_identity_tools.wording import plain

PREFIX = "COGNITO_IDENTITY_MCP_"
MEMORY = ":memory:"

ANSWER_HOLDS_FOR = 600.0
"""Seconds between question and answer in a conversation."""

_READ_ELSEWHERE = {"config", "key"}
"""Variables that are no settings: the file that settings come from, and the secret key of the state folder."""

_FILE_ONLY = {"secret_sources"}
"""Settings that are tables: neither the environment nor the command line can hold them."""

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "json", "text"]


class Transport(StrEnum):
    STDIO = "stdio"
    HTTP = "http"


class Preset(StrEnum):
    """Policies that come with this package."""

    OBSERVER = "observer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


class Secrets(StrEnum):
    """What becomes of tokens and secret keys in a result."""

    HANDOFF = "handoff"
    """They are kept encrypted in the state folder; the result has a handle for the `credentials` command."""
    WITHHOLD = "withhold"
    """They are thrown away; the result says so."""
    INLINE = "inline"
    """They are part of the result, for the model to read."""


class SettingsError(Exception):
    """A setting is wrong. The message names the setting, where it came from, and what is expected."""


class Settings(BaseModel):
    """Everything the server can be told. Times are in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    local: bool = Field(default=False, description="Use the embedded local service instead of AWS.")
    data: str | None = Field(default=None, description="Data file of the local service, or :memory:.")
    transport: Transport = Field(default=Transport.STDIO, description="How clients connect.")
    host: str = Field(default="127.0.0.1", description="Loopback address to listen on (http).")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on (http); 0 picks a free one.")
    profile: str | None = Field(default=None, description="AWS profile.")
    region: str | None = Field(default=None, description="Region for calls that name no pool and no identity.")
    endpoint_url: str | None = Field(default=None, description="Send calls to this address instead of AWS's.")
    read_only: bool = Field(default=False, description="Refuse everything that changes something or reveals a secret.")
    policy: Path | None = Field(default=None, description="TOML file that says what is allowed, asked and refused.")
    preset: Preset | None = Field(default=None, description="Policy of the package; the stricter of it and the file.")
    approval_wait: float = Field(
        default=0, ge=0, le=3600, description="How long a call waits for an approval in the terminal."
    )
    hide_refused: bool = Field(default=False, description="Do not list tools that the policy refuses outright.")
    secrets: Secrets | None = Field(
        default=None,
        description=(
            "handoff keeps tokens and keys for the credentials command (default); withhold throws them away; "
            "inline shows them in results (default if local)."
        ),
    )
    secret_sources: dict[SourceName, SecretSource] = Field(
        default={}, description="Secrets that arguments may name as secret:NAME; only in the TOML file."
    )
    state: Path | None = Field(
        default=None, description="Folder of this server's own records; default: the user's private state folder."
    )
    log_level: LogLevel = Field(default="info", description="Least level that is logged, to stderr.")
    log_format: LogFormat = Field(default="auto", description="auto is text in a terminal, json elsewhere.")
    connect_timeout: float = Field(default=5, gt=0, le=60, description="For a connection to AWS.")
    read_timeout: float = Field(default=20, gt=0, le=300, description="For AWS's answer.")
    max_attempts: int = Field(default=3, ge=1, le=10, description="Tries of a call that may be sent again.")
    max_concurrency: int = Field(default=50, ge=1, le=500, description="Calls to AWS at once, and connections kept.")

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, host: str) -> str:
        if not is_loopback(host):
            raise ValueError(
                "must be a loopback address (127.0.0.1, ::1, localhost): the server has no sign-in, so whoever reaches "
                "it acts with its AWS credentials. Put an authenticating proxy in front to serve others"
            )
        return host

    @field_validator("region")
    @classmethod
    def _written_as_aws_does(cls, region: str | None) -> str | None:
        if region and not re.fullmatch(r"[a-z0-9-]+", region):
            raise ValueError("must be a region as AWS writes it: lower case, as in eu-west-1")
        return region

    @field_validator("endpoint_url")
    @classmethod
    def _http_url(cls, url: str | None) -> str | None:
        if url is not None and not _is_http(url):
            raise ValueError("must be an http:// or https:// address")
        if url is not None and "@" in urlsplit(url).netloc:
            raise ValueError("must be without user and password: it stands in questions and on record")
        return url

    @model_validator(mode="after")
    def _one_target(self) -> Settings:
        if self.local and self.endpoint_url:
            raise ValueError("local and endpoint_url exclude each other: both say where calls go")
        if self.data is not None and not self.local:
            raise ValueError("data belongs to the local service: set local too")
        return self

    @property
    def longest_call(self) -> float:
        """Seconds until a call to AWS has certainly ended, with all its tries."""
        return (self.connect_timeout + self.read_timeout + _LONGEST_PAUSE) * self.max_attempts

    @property
    def delivery(self) -> Secrets:
        """What becomes of tokens and keys; those of the local service open nothing on AWS."""
        return self.secrets or (Secrets.INLINE if self.local else Secrets.HANDOFF)


_LONGEST_PAUSE = 20.0
"""Seconds between two tries at most, in the SDK's standard retry mode."""


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of a port or an IPv6 address that is none
        return False


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_loopback_url(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")


def load(
    command_line: Mapping[str, Any], config: Path | None = None, defaults: Mapping[str, Any] | None = None
) -> Settings:
    """The settings that hold. `command_line` has only what was given there, by setting name.

    `defaults` are a command's own, for what is said nowhere.

    Raises:
        SettingsError: a source cannot be read, names an unknown setting, or holds a wrong value.
    """
    given = {
        "default": defaults or {},
        f"file {config}": _file_values(config),
        "environment": _environment_values(),
        "command line": dict(command_line),
    }
    merged = {name: value for values in given.values() for name, value in values.items()}
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        raise SettingsError(_worded(error, given)) from None


def _file_values(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    try:
        return tomllib.loads(config.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"Cannot read the configuration file {config}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The configuration file {config} is not TOML: {error}.") from None


def _environment_values() -> dict[str, str]:
    names = {name: name.removeprefix(PREFIX).lower() for name in os.environ if name.startswith(PREFIX)}
    known = {*Settings.model_fields, *_READ_ELSEWHERE} - _FILE_ONLY
    unknown = sorted(name for name, setting in names.items() if setting not in known)
    if unknown:
        raise SettingsError(f"Unknown in the environment: {', '.join(unknown)}. {_known_names()}")
    # Clients that fill in a form set the variables of empty fields to nothing.
    settings = {setting: os.environ[name] for name, setting in names.items() if setting not in _READ_ELSEWHERE}
    return {setting: value for setting, value in settings.items() if value}


def _worded(error: ValidationError, given: Mapping[str, Mapping[str, Any]]) -> str:
    return "\n".join(_worded_line(details, given) for details in error.errors(include_url=False))


def _worded_line(details: Any, given: Mapping[str, Mapping[str, Any]]) -> str:
    path = [str(part) for part in details["loc"] if part != "[key]"]
    sources = [source for source, values in given.items() if path[:1] and path[0] in values]
    origin = f" ({sources[-1]})" if sources else ""
    if details["type"] == "extra_forbidden" and len(path) == 1:
        return f"Unknown setting {path[0]!r}{origin}. {_known_names()}"
    message = plain(details["msg"])
    value = f" = {details['input']!r}" if sources and _may_be_shown(path[0], details["input"]) else ""
    return f"Setting {'.'.join(path)}{value}{origin}: {message}." if path else f"Settings: {message}."


def _may_be_shown(setting: str, value: object) -> bool:
    """Whoever writes a secret itself into a table, or a password into an address, must not find it in the log."""
    return setting not in _FILE_ONLY and not (setting == "endpoint_url" and "@" in str(value))


def _known_names() -> str:
    return f"Settings are: {', '.join(sorted(Settings.model_fields))}."
