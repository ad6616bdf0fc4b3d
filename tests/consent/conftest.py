"""Servers and pools for the tests of consent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .stage import Hand, over_http


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that servers of several tests share; each test looks at its own changes."""
    return tmp_path_factory.mktemp("consent") / "state"


@pytest.fixture(scope="session")
def http_server(local_service: str, state: Path) -> Iterator[str]:
    with over_http(local_service, state) as url:
        yield url


@pytest.fixture
def hand(local_service: str) -> Hand:
    return Hand(local_service)
