"""Writing a form into the data, all or nothing.

A seed adds to what is there. An id that is there already, or twice in the seed, is an error, and nothing is written:
loading the same seed with ids again changes nothing, without ids it makes new pools. Roles need no configured
provider, since AWS too keeps mappings of providers that an update has removed; else the operations' own checks hold.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cognito_identity_local import lifecycle
from cognito_identity_local.arns import role_account
from cognito_identity_local.context import Call, Caller
from cognito_identity_local.identifiers import new_identity_id, new_pool_id
from cognito_identity_local.operations.identity_pools import as_pool, check_settings
from cognito_identity_local.operations.roles import all_rules, check_mapping
from cognito_identity_local.seed.form import Seed, SeedIdentity, SeedLogin, SeedPool
from cognito_identity_local.seed.reading import Location, place, refusal
from cognito_identity_local.store import IdentityRow, PoolRow, PrincipalTagRow, State
from cognito_identity_tools.errors import CognitoIdentityError
from cognito_identity_tools.operations.identity_pools import CreateIdentityPoolInput
from cognito_identity_tools.operations.roles import GetIdentityPoolRolesResponse as PoolRoles

_TWICE = "; a seed that was loaded before has to be left out, or to come with --seed-if-empty"


class _Problem(Exception):
    """What is wrong at a place of the form."""

    def __init__(self, path: Location, words: str) -> None:
        super().__init__(words)
        self.path = path
        self.words = words


@dataclass(frozen=True)
class _Place:
    """Where the loading is: the way to the pool or identity in the form."""

    path: Location

    def problem(self, words: str, *below: int | str) -> _Problem:
        return _Problem((*self.path, *below), words)

    @contextmanager
    def checked(self) -> Generator[None]:
        """A refusal of an operation's check becomes a problem here."""
        try:
            yield
        except CognitoIdentityError as error:
            raise self.problem(error.message) from error


def load(call: Call, seed: Seed, file: Path, account: str | None = None) -> None:
    """Runs inside a transaction, which an error has to roll back. `call.caller` says where pools without a place go.

    With an account its pools alone are loaded.

    Raises:
        LocalServiceError: the first thing that cannot be loaded, by file and place.
    """
    try:
        for position, pool in enumerate(seed.pools):
            if account in (None, pool.account_id or call.caller.account):
                _load_pool(call, pool, _Place(("pools", position)))
    except _Problem as problem:
        raise refusal(file, [f"{place(problem.path)}: {problem.words}"]) from problem


def _load_pool(call: Call, pool: SeedPool, where: _Place) -> None:
    local = replace(call, caller=_caller(call, pool, where))
    account, region = local.caller.account, local.caller.region
    identity_pool_id = pool.identity_pool_id or new_pool_id(local)
    if call.store.pools.find(identity_pool_id) is not None:
        raise where.problem(f"there is an identity pool {identity_pool_id} already{_TWICE}", "identity_pool_id")
    given = {name: getattr(pool, name) for name in CreateIdentityPoolInput.model_fields}
    settings = CreateIdentityPoolInput.model_construct(**given)
    with where.checked():
        check_settings(local, settings)
    _check_roles(local, pool, where)
    tags = pool.identity_pool_tags or {}
    call.store.pools.add(account, region, as_pool(settings, identity_pool_id=identity_pool_id, identity_pool_tags=tags))
    row = call.store.pools.find(identity_pool_id)
    if row is None:
        raise LookupError(identity_pool_id)
    _fill(local, pool, row, where)


def _caller(call: Call, pool: SeedPool, where: _Place) -> Caller:
    named = pool.identity_pool_id.partition(":")[0] if pool.identity_pool_id else None
    if named is not None and pool.region not in (None, named):
        raise where.problem(f"the identity pool's id is of region {named}", "region")
    account = pool.account_id or call.caller.account
    return Caller(account, named or pool.region or call.caller.region, signed=True)


def _check_roles(call: Call, pool: SeedPool, where: _Place) -> None:
    for kind, role in (pool.roles or {}).items():
        _check_role(call, role, where, "roles", kind)
    for key, mapping in (pool.role_mappings or {}).items():
        with where.checked():
            check_mapping(call, key, mapping)
        for rule in all_rules({key: mapping}):
            _check_role(call, rule.role_arn, where, "role_mappings", key)


def _check_role(call: Call, role: str, where: _Place, *below: str) -> None:
    account = role_account(role)
    if account is None:
        raise where.problem(f"{role} is not the ARN of a role", *below)
    if account != call.caller.account:
        raise where.problem(f"the role is of account {account}, the pool of {call.caller.account}", *below)


def _fill(call: Call, pool: SeedPool, row: PoolRow, where: _Place) -> None:
    """Everything in a pool."""
    call.store.pools.set_roles(row.seq, PoolRoles(roles=pool.roles or {}, role_mappings=pool.role_mappings or {}))
    for tags in pool.principal_tag_attribute_maps or ():
        attributes = PrincipalTagRow(bool(tags.use_defaults), tags.principal_tags or {})
        call.store.principal_tags.put(row.seq, tags.identity_provider_name, attributes)
    for position, identity in enumerate(pool.identities or ()):
        _load_identity(call, row, identity, _Place((*where.path, "identities", position)))


def _load_identity(call: Call, pool: PoolRow, identity: SeedIdentity, where: _Place) -> None:
    identity_id = identity.identity_id or new_identity_id(call, pool.identity_pool_id)
    if identity_id.partition(":")[0] != pool.region:
        raise where.problem(f"the identity pool is in region {pool.region}", "identity_id")
    if call.store.identities.find(identity_id) is not None:
        raise where.problem(f"there is an identity {identity_id} already{_TWICE}", "identity_id")
    state = _state(identity, where)
    created = _seconds(identity.creation_date, call.now)
    row = lifecycle.add_identity(call, pool, identity_id, created)
    for position, login in enumerate(identity.logins or ()):
        _load_login(call, pool, row, login, _Place((*where.path, "logins", position)))
    lifecycle.change(call, row, state, _seconds(identity.last_modified_date, created))


def _state(identity: SeedIdentity, where: _Place) -> State:
    """An identity has logins if, and only if, it is linked."""
    natural = State.LINKED if identity.logins else State.GUEST
    state = natural if identity.state is None else State(identity.state)
    if (state is State.LINKED) is not bool(identity.logins):
        words = "with logins an identity is linked" if identity.logins else "without logins no identity is linked"
        raise where.problem(words, "state")
    return state


def _load_login(call: Call, pool: PoolRow, identity: IdentityRow, login: SeedLogin, where: _Place) -> None:
    provider, subject, developer = _user(pool, login, where)
    if call.store.logins.find(pool.seq, provider, subject, developer=developer) is not None:
        raise where.problem(f"the pool has an identity of user {subject} at {provider} already")
    others = [row.provider for row in call.store.logins.of([identity.seq]) if not row.developer]
    if provider in others and not developer:
        raise where.problem(f"the identity has another login of {provider} already")
    call.store.logins.add(identity, provider, subject, developer=developer)


def _user(pool: PoolRow, login: SeedLogin, where: _Place) -> tuple[str, str, bool]:
    """Provider, user, and whether it is a developer user."""
    user, provider, subject = login.developer_user_identifier, login.provider_name, login.subject
    if user is None and provider is not None and subject is not None:
        return provider, subject, False
    if user is None or provider is not None or subject is not None:
        raise where.problem("either ProviderName and Subject, or DeveloperUserIdentifier")
    name = pool.settings.developer_provider_name
    if name is None:
        raise where.problem("the identity pool has no DeveloperProviderName", "developer_user_identifier")
    return name, user, True


def _seconds(moment: datetime | None, default: float) -> float:
    return default if moment is None else moment.timestamp()
