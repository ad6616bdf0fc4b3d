"""The private folder of this server's own state, and whether it is private.

Looked at on every start, so this imports nothing heavy. On Windows, where POSIX modes and owners say nothing, only the
kind of each entry is checked: the user's profile is private by its own access list there.
"""

from __future__ import annotations

import os
import shlex
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cognito_identity_mcp.settings import SettingsError
from cognito_identity_mcp.storage.key import Key, key_of_environment, key_of_file

_NAME = "cognito-identity-mcp"
_DATABASE = "state.sqlite3"
_KEY = "key"
_HAS_MODES = sys.platform != "win32"


@dataclass(frozen=True)
class StateFolder:
    """A folder that was found to be private; `StateFolder.at` makes one."""

    path: Path

    @classmethod
    def at(cls, path: Path | None) -> StateFolder:
        """The folder, made at need with mode 0700; None: the user's state folder (`$XDG_STATE_HOME` on Linux).

        Raises:
            SettingsError: it cannot be made, or it, its key or its database is open to others; or the key in the
                environment is none. The message has the command that mends it.
        """
        folder = cls((path or default()).expanduser().absolute())
        try:
            folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.check()
        except OSError as error:
            raise SettingsError(
                f"Cannot use the state folder {folder.path}: {error.strerror}. Choose another one with --state."
            ) from error
        key_of_environment()
        return folder

    @property
    def database(self) -> Path:
        return self.path / _DATABASE

    def check(self) -> None:
        """Raises:
        SettingsError: the folder, its key or its database is of the wrong kind, another user's, or open to others.
        OSError: it cannot be looked at.
        """
        _check(self.path, self.path.stat(), "a folder", stat.S_ISDIR, 0o700)
        for file in (self.path / _KEY, self.database):
            if os.path.lexists(file):
                _check(file, file.lstat(), "a regular file", stat.S_ISREG, 0o600)

    def key(self) -> Key:
        """The key in the environment, else the one in the folder, which is made at need. Blocks for a moment.

        Raises:
            SettingsError: the key cannot be read or made, or is none.
        """
        return key_of_environment() or key_of_file(self.path / _KEY)


def default() -> Path:
    """The user's state folder, by the environment of this process."""
    from platformdirs import user_state_path

    return user_state_path(_NAME, appauthor=False)


def _check(path: Path, found: os.stat_result, kind: str, is_kind: Callable[[int], bool], mode: int) -> None:
    if not is_kind(found.st_mode):
        raise SettingsError(f"{path} is not {kind}. Move it away, or choose another folder with --state.")
    if _HAS_MODES:
        _check_owner(path, found)
        _check_mode(path, found, mode)


def _check_owner(path: Path, found: os.stat_result) -> None:
    if sys.platform != "win32" and found.st_uid != os.geteuid():
        raise SettingsError(
            f"{path} belongs to user {found.st_uid}, and this program runs as user {os.geteuid()}. Choose another "
            f"folder with --state, or take it over: sudo chown {os.geteuid()} {shlex.quote(str(path))}"
        )


def _check_mode(path: Path, found: os.stat_result, mode: int) -> None:
    others = stat.S_IMODE(found.st_mode) & 0o077
    if others:
        raise SettingsError(
            f"{path} is open to other users (mode {stat.S_IMODE(found.st_mode):04o}), and it has to be private. "
            f"Run: chmod {mode:o} {shlex.quote(str(path))}"
        )
