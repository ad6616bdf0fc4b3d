"""At a start: an AWS profile that does not exist goes to the log, before the first call fails by it.

The files (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html) are read here, since botocore takes longer
to load than all else of a start. Where one cannot be read nothing is said; calls say what is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import anyio.to_thread

from cognito_identity_mcp.logs import EventLog
from cognito_identity_mcp.settings import Settings

log = EventLog()

_DEFAULT = "default"
"""Exists without being written anywhere."""


async def report_missing_profile(settings: Settings) -> None:
    """Logs a warning where the profile of the settings is in neither of AWS's files."""
    profile = settings.profile
    if profile is not None and profile != _DEFAULT:
        await anyio.to_thread.run_sync(_report, profile)


def _report(profile: str) -> None:
    from configparser import Error

    try:
        known = {_DEFAULT, *_in_config(), *_in_credentials()}
    except (Error, OSError, UnicodeDecodeError):
        return
    if profile not in known:
        todo = "Check --profile. Until it exists, every call fails."
        log.warning("no_such_profile", profile=profile, known=sorted(known), what_to_do=todo)


def _in_config() -> Iterator[str]:
    for section in _sections("AWS_CONFIG_FILE", "config"):
        kind, _, name = section.partition(" ")
        if kind == "profile":
            yield name.strip().strip("\"'")


def _in_credentials() -> list[str]:
    return _sections("AWS_SHARED_CREDENTIALS_FILE", "credentials")


def _sections(variable: str, name: str) -> list[str]:
    from configparser import RawConfigParser

    parser = RawConfigParser()
    parser.read(Path(os.environ.get(variable) or f"~/.aws/{name}").expanduser(), "utf-8")
    return parser.sections()
