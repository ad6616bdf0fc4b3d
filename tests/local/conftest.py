"""One running service for the whole suite, on a clock of the tests' own; every test makes its own pools."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cognito_identity_local.server import LocalSettings, embedded

from .client import Client
from .people import NOW


class TestClock:
    """Stands still until a test moves it."""

    __test__ = False

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def session_clock() -> TestClock:
    return TestClock()


@pytest.fixture
def clock(session_clock: TestClock) -> Iterator[TestClock]:
    """The service's clock; it goes back to where it was after the test."""
    yield session_clock
    session_clock.now = NOW


@pytest.fixture(scope="session")
def url(session_clock: TestClock) -> Iterator[str]:
    with embedded(LocalSettings(port=0), clock=session_clock) as address:
        yield address


@pytest.fixture(scope="session")
def aws(url: str) -> Iterator[Client]:
    client = Client(url)
    yield client
    client.close()
