"""The approver's key: a passphrase that approving and granting asks for, once one was set.

It keeps a program that runs under the same user, a model with a shell say, from approving by itself through a pseudo
terminal. It does not keep out a program that can write this user's files: that one can remove the key. Who needs more
runs the server as another user.

Only a salted scrypt hash is kept (RFC 7914; N = 2^17, r = 8, p = 1, as OWASP's password storage sheet advises).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cognito_identity_mcp.settings import SettingsError
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.storage.placing import placed

SHORTEST = 12
"""Characters of a passphrase."""

_N, _R, _P = 2**17, 8, 1
_MEMORY = 256 * 2**20


@dataclass(frozen=True)
class ApproverKey:
    """The hash in one state folder. Both methods take about half a second of CPU, on purpose."""

    file: Path

    @classmethod
    def of(cls, folder: StateFolder) -> ApproverKey:
        return cls(folder.path / "approver.json")

    @property
    def is_set(self) -> bool:
        return self.file.exists()

    def set(self, passphrase: str) -> None:
        """Replaces the key in one step: there is no moment without one.

        Raises:
            ValueError: it is shorter than `SHORTEST`.
            OSError: it cannot be written.
        """
        if len(passphrase) < SHORTEST:
            raise ValueError(f"The approver's key has to have at least {SHORTEST} characters.")
        salt = secrets.token_bytes(16)
        kept = {"n": _N, "r": _R, "p": _P, "salt": salt.hex(), "hash": _hash(passphrase, salt).hex()}
        new = self.file.with_name(f"{self.file.name}.{secrets.token_hex(8)}")
        with placed(new) as unfinished, unfinished.open("w") as opened:
            json.dump(kept, opened)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(self.file)

    def remove(self) -> None:
        self.file.unlink(missing_ok=True)

    def opens(self, passphrase: str) -> bool:
        """Whether this is the key.

        Raises:
            SettingsError: the file cannot be read or was changed; nobody can approve then.
        """
        try:
            kept = json.loads(self.file.read_text())
            salt, wanted = bytes.fromhex(kept["salt"]), bytes.fromhex(kept["hash"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"The approver's key in {self.file} cannot be read. Set it anew.") from error
        return hmac.compare_digest(_hash(passphrase, salt), wanted)


def _hash(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)
