"""The key of the state folder: seals what is kept, and digests what is only to be recognized.

One 32 byte secret, from the environment or from a file that is made once. Nothing here ever shows it.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Final

from cognito_identity_mcp.settings import PREFIX, SettingsError
from cognito_identity_mcp.storage.placing import placed

VARIABLE = f"{PREFIX}KEY"
"""Environment variable with the key; it goes before the file."""

SIZE = 32
"""Bytes."""

_VERSION = b"\x01"
_NONCE = 12
_HEX = re.compile(r"[0-9A-Fa-f]{64}")
_BASE64URL = re.compile(r"[0-9A-Za-z_-]{43}=?")
_EXPECTED = f"{SIZE} random bytes as base64url or hex"


class SealBroken(Exception):
    """What was sealed cannot be opened: it was changed, sealed for something else, or sealed with another key."""

    def __init__(self) -> None:
        super().__init__("The sealed data cannot be opened: they were changed, or sealed with another key.")


class Key:
    """Everything derived from one secret, each purpose with a key of its own (HKDF-SHA256)."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SIZE:
            raise ValueError(f"a key has {SIZE} bytes")
        self._secret: Final = secret

    def __repr__(self) -> str:
        return "Key(…)"

    def derive(self, label: str) -> bytes:
        """32 bytes for one purpose: the same for the same label."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(algorithm=SHA256(), length=SIZE, salt=None, info=label.encode()).derive(self._secret)

    def digest(self, text: str) -> str:
        """HMAC-SHA256 in hex: recognizes a text without keeping it, and cannot be made without the key."""
        return hmac.digest(self.derive("digest"), text.encode(), "sha256").hex()

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """The plaintext encrypted (AES-256-GCM); `context` says what it is, and is needed again to open it."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE)
        return _VERSION + nonce + AESGCM(self.derive("seal")).encrypt(nonce, plaintext, context.encode())

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """The plaintext.

        Raises:
            SealBroken: it was not sealed with this key for this context, or was changed since.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        start = len(_VERSION) + _NONCE
        if not sealed.startswith(_VERSION) or len(sealed) < start:
            raise SealBroken
        try:
            return AESGCM(self.derive("seal")).decrypt(sealed[len(_VERSION) : start], sealed[start:], context.encode())
        except InvalidTag as error:
            raise SealBroken from error


def key_of_environment() -> Key | None:
    """The key in the environment, if there is one.

    Raises:
        SettingsError: the variable holds something else.
    """
    text = os.environ.get(VARIABLE)
    if not text:
        return None
    return Key(_parsed(text, f"The environment variable {VARIABLE}"))


def key_of_file(file: Path) -> Key:
    """The key in the file, which is made when there is none; processes that make it at once get the same one.

    Raises:
        SettingsError: it cannot be read or made, or holds something else.
    """
    try:
        if not file.exists():
            _make(file)
        return Key(_parsed(_read(file), f"The key file {file}"))
    except OSError as error:
        raise SettingsError(
            f"Cannot use the key file {file}: {error.strerror}. Check its folder, or set {VARIABLE} to {_EXPECTED}."
        ) from error


def _parsed(text: str, source: str) -> bytes:
    text = text.strip()
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    if _BASE64URL.fullmatch(text):
        return base64.urlsafe_b64decode(text.rstrip("=") + "=")
    raise SettingsError(f"{source} does not hold a key: expected {_EXPECTED}.")


def _read(file: Path) -> str:
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(descriptor, "r", encoding="ascii", errors="replace") as opened:
        return opened.read(1024)


def _make(file: Path) -> None:
    with placed(file) as unfinished, unfinished.open("wb") as opened:
        opened.write(base64.urlsafe_b64encode(secrets.token_bytes(SIZE)) + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
