"""One running service for the whole suite, on a clock of the tests' own; every test makes its own pools.

With `--aws` the suite calls AWS instead, without the tests that need the local service.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from cognito_identity_local.server import LocalSettings, embedded

from .client import ACCOUNT, REGION, Client, Target
from .people import ALL_PROVIDERS, NOW, ROLES

LOAD_SECONDS = 5.0

PREFIX = "cognito-identity-mcp-test-"
"""Before the names of all pools that a run on AWS makes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("cognito-identity", "the behaviour suite of Cognito Identity")
    group.addoption("--aws", action="store_true", help="call AWS with your credentials instead of the local service")
    group.addoption("--aws-profile", help="profile whose credentials to use")
    group.addoption("--aws-region", default=REGION, help=f"region to make the pools in (default: {REGION})")
    group.addoption("--aws-endpoint", help="call this address as if it were AWS")
    group.addoption("--load-seconds", type=float, default=LOAD_SECONDS, help="how long fifty clients call at once")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--aws", default=False):
        return
    mine = [item for item in items if item.path.is_relative_to(config.rootpath / "tests" / "local")]
    dropped = [item for item in mine if item.get_closest_marker("local_only")]
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]


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
def aws(request: pytest.FixtureRequest) -> Iterator[Client]:
    if request.config.getoption("--aws", default=False):
        client = Client.of(_on_aws(request.config))
    else:
        client = Client(request.getfixturevalue("url"))
    yield client
    client.delete_own_pools()
    client.close()


def _on_aws(config: pytest.Config) -> Target:
    """Credentials are read now: later the tests hide the machine's AWS set-up."""
    session: Any = boto3.Session(profile_name=config.getoption("--aws-profile"))
    keys = session.get_credentials().get_frozen_credentials()
    endpoint: str | None = config.getoption("--aws-endpoint")
    account = ACCOUNT if endpoint else session.client("sts").get_caller_identity()["Account"]
    return Target(
        endpoint,
        region=str(config.getoption("--aws-region")),
        account=account,
        key=keys.access_key,
        secret=keys.secret_key,
        token=keys.token,
        prefix=f"{PREFIX}{uuid.uuid4().hex[:8]}-",
        attempts=10,
    )


@pytest.fixture
def pool(aws: Client) -> str:
    """With every provider and both roles, unless a file has another one."""
    created = aws.create_pool(**ALL_PROVIDERS)
    aws.call("set_identity_pool_roles", identity_pool_id=created, roles=ROLES)
    return created
