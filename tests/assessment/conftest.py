"""A region of the shared local service for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from cognito_identity_mcp.aws.connections import ConnectionSettings
from cognito_identity_mcp.aws.services import AwsServices

from .world import World


@pytest.fixture
async def world(local_service: str, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """In us-east-1, or in the region that is this fixture's parameter."""
    connection = ConnectionSettings(endpoint_url=local_service, static_credentials=("local", "local"))
    async with AwsServices(connection, "the local service") as services:
        yield World(services.in_region(getattr(request, "param", "us-east-1")))
