"""What is kept in the database, opened at first use: a server that only reads never loads it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.storage.key import Key

if TYPE_CHECKING:
    from cognito_identity_mcp.confirmation.approvals import Approvals
    from cognito_identity_mcp.confirmation.grants import Grants
    from cognito_identity_mcp.journal.journal import Journal

_MODULES = ("confirmation.approvals", "confirmation.grants", "journal.journal")


@dataclass(frozen=True)
class Opened:
    """The tables by their business."""

    approvals: Approvals
    grants: Grants
    journal: Journal


class Stores:
    """One state folder: its key, its database, and what is kept there.

    `longest_call` is how many seconds the service may take to answer, all tries together; None: the journal's default.
    """

    def __init__(self, folder: StateFolder, longest_call: float | None = None) -> None:
        self.folder = folder
        self._longest_call = longest_call
        self.database = Database(folder)
        self._opening = anyio.Lock()
        self._opened: Opened | None = None

    async def open(self) -> Opened:
        """The tables. The first call imports the database's libraries, in a worker thread."""
        async with self._opening:
            if self._opened is None:
                await anyio.to_thread.run_sync(_import)
                self._opened = _open(self.database, self._longest_call)
        return self._opened

    @property
    def key(self) -> Key:
        """The folder's key. The first look at it blocks for a moment, and may fail: a server takes it at its start.

        Raises:
            SettingsError: it cannot be read or made.
        """
        return self._key

    @cached_property
    def _key(self) -> Key:
        return self.folder.key()

    async def aclose(self) -> None:
        await self.database.aclose()


def _import() -> None:
    for name in _MODULES:
        import_module(f"cognito_identity_mcp.{name}")


def _open(database: Database, longest_call: float | None) -> Opened:
    from cognito_identity_mcp.confirmation.approvals import Approvals
    from cognito_identity_mcp.confirmation.grants import Grants
    from cognito_identity_mcp.journal.journal import LONGEST_CALL, Journal

    journal = Journal(database, longest_call=longest_call or LONGEST_CALL)
    return Opened(Approvals(database), Grants(database), journal)
