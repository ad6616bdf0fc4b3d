"""Whose signatures under login tokens are checked, with which keys, and where the keys come from.

Owns the cache of keys. A request's tokens are judged before its transaction begins, so that waiting for an issuer holds
up nobody else; the verdicts then travel with the request (`signatures`). Only configured addresses are asked, never one
that a token names.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cognito_identity_local.context import Clock
from cognito_identity_local.database import LocalServiceError
from cognito_identity_local.sign_outs import SignOuts
from cognito_identity_local.signatures import Signatures, Verdict
from cognito_identity_tools.shapes import Shape

if TYPE_CHECKING:
    from cognito_identity_local.jwks import Jwks

KEYS_SECONDS = 3600
"""How long keys are good before they are read again."""

UNVERIFIED = "unverified"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where an issuer's keys are: a JWKS at a URL or in a file; neither: its signatures are not checked."""

    url: str | None = None
    file: Path | None = None

    @property
    def is_unverified(self) -> bool:
        return self.url is None and self.file is None


@dataclass(frozen=True, slots=True)
class LoginKeySettings:
    """`issuers` by their keys in `Logins`. Tokens of others are refused if `require_signatures`, else not verified."""

    issuers: Mapping[str, KeySource] = field(default_factory=dict[str, KeySource])
    require_signatures: bool = False


def parse_issuers(texts: Iterable[str]) -> Mapping[str, KeySource]:
    """From `ISSUER=URL`, `ISSUER=FILE` and `ISSUER=unverified` texts; the last one of an issuer holds.

    Raises:
        LocalServiceError: a text has another form.
    """
    return dict(map(_parse, texts))


def _parse(text: str) -> tuple[str, KeySource]:
    issuer, _, source = text.partition("=")
    if not issuer or not source:
        raise LocalServiceError(f"--issuer {text}: write ISSUER=URL, ISSUER=FILE or ISSUER={UNVERIFIED}.")
    return issuer.removeprefix("https://"), _source(text, source)


def _source(text: str, source: str) -> KeySource:
    if source == UNVERIFIED:
        return KeySource()
    if not source.startswith(("http://", "https://")):
        return KeySource(file=Path(source).expanduser())
    if not _is_usable(source):
        raise LocalServiceError(f"--issuer {text}: {source} is not a URL with a host and without a user.")
    return KeySource(url=source)


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc and url.isascii() and " " not in url
    except ValueError:
        return False


class LoginKeys:
    """Judges tokens. Use it from one event loop."""

    def __init__(self, settings: LoginKeySettings, *, clock: Clock) -> None:
        """
        Raises:
            LocalServiceError: a file of keys cannot be used.
        """
        self.unasked = Signatures(Verdict.BAD if settings.require_signatures else Verdict.UNCHECKED)
        """The verdicts where nobody has to be asked."""
        self.sign_outs = SignOuts(clock)
        self._issuers = {name: _Issuer(name, source, clock) for name, source in settings.issuers.items()}

    @property
    def are_at_hand(self) -> bool:
        """Whether every request can be judged without looking at its tokens."""
        return not self._issuers and self.sign_outs.are_none

    async def judge(self, request: Shape) -> Signatures:
        """The verdicts on a request's tokens; asks issuers at need."""
        logins: Mapping[str, str] | None = getattr(request, "logins", None)
        if not logins or self.are_at_hand:
            return self.unasked
        issuers = [self._issuers[key] for key in logins if key in self._issuers]
        verdicts = await asyncio.gather(*(issuer.judge(logins[issuer.name]) for issuer in issuers))
        found = {issuer.name: verdict for issuer, verdict in zip(issuers, verdicts, strict=True)}
        return Signatures(self.unasked.unlisted, found, self.sign_outs.among(logins))


class _Issuer:
    """One issuer's keys, read when first needed, when they are old, and once for a token whose key is unknown."""

    def __init__(self, name: str, source: KeySource, clock: Clock) -> None:
        self.name = name
        self._source = source
        self._clock = clock
        self._keys: Jwks | None = _read_now(name, source.file) if source.file else None
        self._read_at = clock()
        self._reading: asyncio.Task[Jwks] | None = None

    async def judge(self, token: str) -> Verdict:
        from cognito_identity_local.jwks import KeysUnavailable

        if self._source.is_unverified:
            return Verdict.UNCHECKED
        try:
            keys = await self._keys_for(token)
        except KeysUnavailable as error:
            _log.warning("the keys of %s cannot be read: %s", self.name, error)
            return Verdict.UNREACHABLE
        return Verdict.GOOD if keys.has_signed(token) else Verdict.BAD

    async def _keys_for(self, token: str) -> Jwks:
        kept = self._keys
        if kept is None or not self._is_fresh or not kept.knows(token):
            return await self._read_again()
        return kept

    @property
    def _is_fresh(self) -> bool:
        """Keys that were read later than now are not: the clock was wrong then."""
        return 0 <= self._clock() - self._read_at < KEYS_SECONDS

    async def _read_again(self) -> Jwks:
        """One at a time: whoever comes meanwhile waits for the same answer. It goes on if a waiter goes away."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read())
        return await asyncio.shield(self._reading)

    async def _read(self) -> Jwks:
        from cognito_identity_local.jwks import parse_jwks

        try:
            self._keys = parse_jwks(await self._document())
            self._read_at = self._clock()
            return self._keys
        finally:
            self._reading = None

    async def _document(self) -> bytes:
        """Fetching is imported with its first use: most services ask nobody, and starting must be quick."""
        if self._source.file is not None:
            return await asyncio.to_thread(_content, self._source.file)
        from cognito_identity_local.fetching import get

        return await get(self._source.url or "")


def _read_now(issuer: str, file: Path) -> Jwks:
    from cognito_identity_local.jwks import KeysUnavailable, parse_jwks

    try:
        return parse_jwks(_content(file))
    except KeysUnavailable as error:
        raise LocalServiceError(f"--issuer {issuer}: cannot use the keys in {file}: {error}.") from error


def _content(file: Path) -> bytes:
    from cognito_identity_local.jwks import KeysUnavailable

    try:
        return file.read_bytes()
    except OSError as error:
        raise KeysUnavailable(error.strerror or str(error)) from error
