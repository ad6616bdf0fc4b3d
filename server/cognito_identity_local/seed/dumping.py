"""The data as a form, in JSON: loading it into empty data and dumping again gives the same bytes.

Not in it: the keys that sign OpenID tokens, since a seed is a file to share; and which of two identities' logins is
older, which decides when tokens of both come without an identity.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from cognito_identity_local.seed.form import Seed, SeedIdentity, SeedLogin, SeedPool, SeedPrincipalTags
from cognito_identity_local.store import IdentityRow, LoginRow, PoolRow, State, Store

_BATCH = 1000


def dump(store: Store) -> str:
    """The text of the file. What is left to its default is left out."""
    with store.transaction():
        form = Seed.model_construct(pools=[_pool(store, row) for row in store.pools.all()])
    content = form.model_dump(mode="json", by_alias=True, exclude_none=True)
    return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n"


def _pool(store: Store, row: PoolRow) -> SeedPool:
    settings = {name: value for name, value in row.settings if value not in ([], {})}
    return SeedPool.model_construct(
        **settings,
        account_id=row.account,
        roles=row.roles.roles or None,
        role_mappings=row.roles.role_mappings or None,
        principal_tag_attribute_maps=_principal_tags(store, row) or None,
        identities=list(_identities(store, row)) or None,
    )


def _principal_tags(store: Store, row: PoolRow) -> list[SeedPrincipalTags]:
    return [
        SeedPrincipalTags.model_construct(
            identity_provider_name=provider, use_defaults=tags.use_defaults, principal_tags=tags.tags
        )
        for provider, tags in store.principal_tags.of(row.seq)
    ]


def _identities(store: Store, pool: PoolRow) -> Iterator[SeedIdentity]:
    after = 0
    while rows := store.identities.page(pool.seq, after, _BATCH):
        logins: dict[int, list[LoginRow]] = {}
        for login in store.logins.of([row.seq for row in rows]):
            logins.setdefault(login.identity, []).append(login)
        yield from (_identity(row, logins.get(row.seq, [])) for row in rows)
        after = rows[-1].seq


def _identity(row: IdentityRow, logins: list[LoginRow]) -> SeedIdentity:
    created, modified = _moment(row.created), _moment(row.modified)
    return SeedIdentity.model_construct(
        identity_id=row.identity_id,
        logins=[_login(login) for login in logins] or None,
        state=row.state.value if row.state in (State.DISABLED, State.INACCESSIBLE) else None,
        creation_date=created,
        last_modified_date=None if modified == created else modified,
    )


def _login(login: LoginRow) -> SeedLogin:
    if login.developer:
        return SeedLogin.model_construct(developer_user_identifier=login.subject)
    return SeedLogin.model_construct(provider_name=login.provider, subject=login.subject)


def _moment(seconds: float) -> datetime:
    """To the microsecond, which is all that a number of seconds holds."""
    return datetime.fromtimestamp(seconds, UTC)
