from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder.at(tmp_path / "state")


@pytest.fixture
async def database(folder: StateFolder) -> AsyncIterator[Database]:
    opened = Database(folder, busy_timeout=0.05)
    yield opened
    await opened.aclose()
