"""The local service of this user: started here, or, when another process has the data open already, that one's.

Two assistants on one desk share one service in this way. When the one that runs it ends, the other takes over.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from cognito_identity_local.server import DataInUseError, LocalServiceError, LocalSettings, embedded
from cognito_identity_mcp.settings import MEMORY, Settings, SettingsError

_PATIENCE = 3.0
"""Seconds for a process that holds the data to answer, or to let go of it."""

_PAUSE = 0.05
_HEALTH_TIMEOUT = 1.0


class LocalHost:
    """Blocking; call it from a thread. Closing it ends a service that it started."""

    def __init__(self, settings: LocalSettings) -> None:
        self._settings = settings
        self._own = ExitStack()
        self._own_url: str | None = None

    def connect(self) -> str:
        """The address of the service that answers for the data now.

        Raises:
            SettingsError: the data cannot be used, and nobody serves it.
        """
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return self._own_url or self._start()
            except DataInUseError as error:
                if error.holder is not None and _answers(error.holder.url):
                    return error.holder.url
                if time.monotonic() > deadline:
                    raise SettingsError(str(error)) from error
                time.sleep(_PAUSE)
            except LocalServiceError as error:
                raise SettingsError(str(error)) from error

    def _start(self) -> str:
        self._own_url = self._own.enter_context(embedded(self._settings))
        return self._own_url

    def close(self) -> None:
        self._own.close()


def local_host(settings: Settings) -> LocalHost:
    """The host that the settings describe; a free port, since others find it by the note beside the data."""
    return LocalHost(LocalSettings(port=0, data=_data(settings.data)))


def _data(data: str | None) -> Path | None:
    """None keeps data in memory; by default it is in the user's private folder.

    Raises:
        SettingsError: there is no place for that folder.
    """
    if data == MEMORY:
        return None
    if data is not None:
        return Path(data).expanduser()
    from platformdirs import user_data_path

    folder = user_data_path("cognito-identity-mcp", appauthor=False)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"Cannot make the folder {folder.parent}: {error.strerror}. Choose a file with --data."
        ) from None
    return folder / "local.sqlite3"


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/health", timeout=_HEALTH_TIMEOUT) as response:  # noqa: S310 - http, from our own note
            return bool(response.status == 200)
    except (OSError, HTTPException):
        return False
