"""What the service remembers, as typed rows. Every method runs inside `Database.transaction`.

Settings and roles of a pool are kept as the JSON of their models, since they are always read and written whole.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from cognito_identity_local.database import Database
from cognito_identity_tools.constraints import TRUSTED
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.operations.roles import GetIdentityPoolRolesResponse as PoolRoles

T = TypeVar("T")


class State(StrEnum):
    """Where an identity is in its life (fact sheet §7)."""

    GUEST = "guest"
    """Never had a login."""
    LINKED = "linked"
    INACCESSIBLE = "inaccessible"
    """Its last login was removed."""
    DISABLED = "disabled"
    """Merged into another one."""


class PoolRow(NamedTuple):
    seq: int
    account: str
    region: str
    settings_json: str
    roles_json: str

    @property
    def settings(self) -> IdentityPool:
        return _settings(self.settings_json)

    @property
    def identity_pool_id(self) -> str:
        return self.settings.identity_pool_id

    @property
    def roles(self) -> PoolRoles:
        return _roles(self.roles_json)


_STATES = {state.value: state for state in State}


class IdentityRow(NamedTuple):
    seq: int
    identity_id: str
    pool: int
    state: State
    created: float
    modified: float


class DescriptionRow(NamedTuple):
    """What is published of an identity, as `descriptions` makes it."""

    seq: int
    text: str


class LoginRow(NamedTuple):
    """`seq` is the order of linking. `developer` tells a developer user from a public login of the same name."""

    seq: int
    identity: int
    developer: bool
    provider: str
    subject: str


@dataclass(frozen=True, slots=True)
class PrincipalTagRow:
    use_defaults: bool
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class KeyRow:
    region: str
    number: int
    private_key: str


_POOL = "SELECT seq, account, region, settings, roles FROM pools "
_IDENTITY = "SELECT seq, identity_id, pool, state, created, modified FROM identities "
_IDENTITY_PAGE = _IDENTITY + "WHERE pool = ? AND seq > ? ORDER BY seq LIMIT ?"
_KEPT = "SELECT seq, description FROM identities "
_KEPT_PAGE = _KEPT + "WHERE pool = ? AND seq > ? ORDER BY seq LIMIT ?"
_ENABLED_PAGE = _KEPT + "WHERE pool = ? AND seq > ? AND state <> 'disabled' ORDER BY seq LIMIT ?"
_LOGIN = "SELECT seq, identity, developer, provider, subject FROM logins "

_LOGINS_OF = _LOGIN + "WHERE identity IN (SELECT value FROM json_each(?)) ORDER BY seq"  # noqa: S608 - constants


class Pools:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, account: str, region: str, settings: IdentityPool) -> str:
        """Its settings as they are kept."""
        text = _json(settings)
        self._execute(
            "INSERT INTO pools (identity_pool_id, account, region, settings, roles) VALUES (?, ?, ?, ?, '{}')",
            (settings.identity_pool_id, account, region, text),
        )
        return text

    def find(self, identity_pool_id: str) -> PoolRow | None:
        return _first(
            PoolRow._make, self._execute(_POOL + "WHERE identity_pool_id = ?", (identity_pool_id,)).fetchone()
        )

    def get(self, seq: int) -> PoolRow | None:
        return _first(PoolRow._make, self._execute(_POOL + "WHERE seq = ?", (seq,)).fetchone())

    def all(self) -> list[PoolRow]:
        """In the order of their creation."""
        return list(map(PoolRow._make, self._execute(_POOL + "ORDER BY seq")))

    def exist(self) -> bool:
        """Whether there is one, of whatever account and region."""
        return bool(self._execute("SELECT EXISTS (SELECT 1 FROM pools)").fetchone()[0])

    def count(self, account: str, region: str) -> int:
        query = "SELECT count(*) FROM pools WHERE account = ? AND region = ?"
        return int(self._execute(query, (account, region)).fetchone()[0])

    def page(self, account: str, region: str, after: int, limit: int) -> list[PoolRow]:
        query = _POOL + "WHERE account = ? AND region = ? AND seq > ? ORDER BY seq LIMIT ?"
        rows = self._execute(query, (account, region, after, limit))
        return list(map(PoolRow._make, rows))

    def set_settings(self, seq: int, settings: IdentityPool) -> str:
        """They, as they are kept."""
        text = _json(settings)
        self._execute("UPDATE pools SET settings = ? WHERE seq = ?", (text, seq))
        return text

    def set_roles(self, seq: int, roles: PoolRoles) -> None:
        self._execute("UPDATE pools SET roles = ? WHERE seq = ?", (_json(roles), seq))

    def remove(self, seq: int) -> None:
        """With its identities, their logins and its principal tags."""
        self._execute("DELETE FROM pools WHERE seq = ?", (seq,))

    def remove_all(self, account: str | None) -> None:
        """Like `remove`, those of an account; None: of all accounts."""
        self._execute("DELETE FROM pools WHERE ? IN (account, '')", (account or "",))


class Identities:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, identity_id: str, pool: int, now: float, description: str) -> IdentityRow:
        added = self._execute(
            "INSERT INTO identities (identity_id, pool, state, created, modified, description) "
            "VALUES (?, ?, 'guest', ?, ?, ?)",
            (identity_id, pool, now, now, description),
        )
        return IdentityRow(added.lastrowid or 0, identity_id, pool, State.GUEST, now, now)

    def find(self, identity_id: str) -> IdentityRow | None:
        return _first(_identity, self._execute(_IDENTITY + "WHERE identity_id = ?", (identity_id,)).fetchone())

    def get(self, seq: int) -> IdentityRow | None:
        return _first(_identity, self._execute(_IDENTITY + "WHERE seq = ?", (seq,)).fetchone())

    def page(self, pool: int, after: int, limit: int) -> list[IdentityRow]:
        return [_identity(row) for row in self._execute(_IDENTITY_PAGE, (pool, after, limit))]

    def described(self, pool: int, after: int, limit: int, *, hide_disabled: bool) -> list[DescriptionRow]:
        query = _ENABLED_PAGE if hide_disabled else _KEPT_PAGE
        return list(map(DescriptionRow._make, self._execute(query, (pool, after, limit))))

    def description(self, seq: int) -> str:
        return str(self._execute(_KEPT + "WHERE seq = ?", (seq,)).fetchone()[1])

    def change(self, seq: int, state: State, now: float, description: str) -> None:
        """To be called whenever its logins have changed, with a description of what is so now."""
        self._execute(
            "UPDATE identities SET state = ?, modified = ?, description = ? WHERE seq = ?",
            (state.value, now, description, seq),
        )

    def remove(self, seq: int) -> None:
        """With its logins."""
        self._execute("DELETE FROM identities WHERE seq = ?", (seq,))


class Logins:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def find(self, pool: int, provider: str, subject: str, *, developer: bool) -> LoginRow | None:
        query = _LOGIN + "WHERE pool = ? AND developer = ? AND provider = ? AND subject = ?"
        return _first(_login, self._execute(query, (pool, developer, provider, subject)).fetchone())

    def of(self, identities: Sequence[int]) -> list[LoginRow]:
        """Those of the identities, in the order of linking."""
        rows = self._execute(_LOGINS_OF, (json.dumps(identities),))
        return [_login(row) for row in rows]

    def developer_page(self, identity: int, after: int, limit: int) -> list[LoginRow]:
        query = _LOGIN + "WHERE identity = ? AND developer = 1 AND seq > ? ORDER BY seq LIMIT ?"
        return [_login(row) for row in self._execute(query, (identity, after, limit))]

    def add(self, identity: IdentityRow, provider: str, subject: str, *, developer: bool) -> None:
        self._execute(
            "INSERT INTO logins (pool, identity, developer, provider, subject) VALUES (?, ?, ?, ?, ?)",
            (identity.pool, identity.seq, developer, provider, subject),
        )

    def move(self, source: int, destination: int) -> None:
        self._execute("UPDATE logins SET identity = ? WHERE identity = ?", (destination, source))

    def remove(self, seq: int) -> None:
        self._execute("DELETE FROM logins WHERE seq = ?", (seq,))


class PrincipalTagMaps:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def find(self, pool: int, provider: str) -> PrincipalTagRow | None:
        query = "SELECT use_defaults, tags FROM principal_tags WHERE pool = ? AND provider = ?"
        row = self._execute(query, (pool, provider)).fetchone()
        return PrincipalTagRow(bool(row[0]), json.loads(row[1])) if row else None

    def of(self, pool: int) -> list[tuple[str, PrincipalTagRow]]:
        """With their providers, by name."""
        query = "SELECT provider, use_defaults, tags FROM principal_tags WHERE pool = ? ORDER BY provider"
        return [(row[0], PrincipalTagRow(bool(row[1]), json.loads(row[2]))) for row in self._execute(query, (pool,))]

    def put(self, pool: int, provider: str, row: PrincipalTagRow) -> None:
        self._execute(
            "INSERT OR REPLACE INTO principal_tags (pool, provider, use_defaults, tags) VALUES (?, ?, ?, ?)",
            (pool, provider, row.use_defaults, json.dumps(row.tags)),
        )


class SigningKeys:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def find(self, region: str) -> KeyRow | None:
        query = "SELECT region, number, private_key FROM signing_keys WHERE region = ?"
        row = self._execute(query, (region,)).fetchone()
        return KeyRow(*row) if row else None

    def all(self) -> list[KeyRow]:
        return [KeyRow(*row) for row in self._execute("SELECT region, number, private_key FROM signing_keys")]

    def add(self, row: KeyRow) -> None:
        self._execute("INSERT INTO signing_keys VALUES (?, ?, ?)", (row.region, row.number, row.private_key))


class Store:
    """The tables of one open database."""

    def __init__(self, database: Database) -> None:
        self.transaction = database.transaction
        self.close = database.close
        self.pools = Pools(database.connection)
        self.identities = Identities(database.connection)
        self.logins = Logins(database.connection)
        self.principal_tags = PrincipalTagMaps(database.connection)
        self.signing_keys = SigningKeys(database.connection)


def _json(model: IdentityPool | PoolRoles) -> str:
    return model.model_dump_json(by_alias=True, exclude_none=True)


@lru_cache(maxsize=1024)
def _settings(text: str) -> IdentityPool:
    """Found by its own content, so that it can never be stale; nobody changes what it holds."""
    return IdentityPool.model_validate_json(text, context=TRUSTED)


@lru_cache(maxsize=1024)
def _roles(text: str) -> PoolRoles:
    return PoolRoles.model_validate_json(text, context=TRUSTED)


def _first(build: Callable[[Any], T], row: Any) -> T | None:
    return None if row is None else build(row)


def _identity(row: tuple[int, str, int, str, float, float]) -> IdentityRow:
    seq, identity_id, pool, state, created, modified = row
    return IdentityRow(seq, identity_id, pool, _STATES[state], created, modified)


def _login(row: tuple[int, int, int, str, str]) -> LoginRow:
    seq, identity, developer, provider, subject = row
    return LoginRow(seq, identity, bool(developer), provider, subject)
