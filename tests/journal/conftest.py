from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.clocks import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder.at(tmp_path / "state")


@pytest.fixture
async def database(folder: StateFolder) -> AsyncIterator[Database]:
    opened = Database(folder)
    yield opened
    await opened.aclose()


@pytest.fixture
def journal(database: Database, clock: Clock) -> Journal:
    return Journal(database, clock)
