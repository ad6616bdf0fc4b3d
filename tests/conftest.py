"""What all suites share: the local service in a process of its own, and an environment without AWS configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from botocore.loaders import create_loader
from hypothesis import settings

from .processes import local_url, started

pytest_plugins = ["pytester"]

# CI tries the same examples every time, so that a change is judged by itself; elsewhere each run tries new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session", autouse=True)
def the_sdk_reads_its_files_once() -> Iterator[None]:
    """Half of the time of a test that makes a client of its own; every endpoint of the tests is plain HTTP."""

    def no_certificates(_: object) -> None:
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", cache(create_loader))
        patch.setattr("aiobotocore.httpsession.get_cert_path", no_certificates)
        yield


@pytest.fixture(autouse=True)
def no_aws_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own AWS set-up, or of this program's, reaches a test."""
    for name in os.environ:
        if name.startswith(("AWS_", "COGNITO_IDENTITY_MCP_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="session")
def local_service() -> Iterator[str]:
    """The address of a local service that all tests share; each works in pools of its own."""
    with started("local", "--port", "0") as process:
        yield local_url(process)
