"""The life of an identity: whose it is after a request with logins (fact sheet §7).

Every way in ends in `settle`: some logins have been proven, perhaps an identity was named, and exactly one identity
answers. Logins that nobody owns are linked to it, other owners are merged into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cognito_identity_local import errors
from cognito_identity_local.context import Call
from cognito_identity_local.descriptions import description
from cognito_identity_local.errors import conflict, identity_forbidden, not_authorized
from cognito_identity_local.identifiers import new_identity_id
from cognito_identity_local.logins import Login
from cognito_identity_local.store import IdentityRow, LoginRow, PoolRow, State


def create_identity(call: Call, pool: PoolRow) -> IdentityRow:
    return add_identity(call, pool, new_identity_id(call, pool.identity_pool_id), call.now)


def add_identity(call: Call, pool: PoolRow, identity_id: str, created: float) -> IdentityRow:
    """As a guest."""
    return call.store.identities.add(identity_id, pool.seq, created, description(identity_id, created, created))


def change(call: Call, identity: IdentityRow, state: State, at: float) -> None:
    """The end of every change of an identity, once its logins are what they are going to be."""
    providers = [login.provider for login in call.store.logins.of([identity.seq])]
    is_disabled = state is State.DISABLED
    text = description(identity.identity_id, identity.created, at, providers, is_disabled=is_disabled)
    call.store.identities.change(identity.seq, state, at, text)


def admit_guest(pool: PoolRow, identity: IdentityRow | None = None) -> None:
    """A request without logins: the pool must take guests, and the identity must be one.

    Raises:
        CognitoIdentityError: NotAuthorizedException; the pool is asked before the identity.
    """
    if not pool.settings.allow_unauthenticated_identities:
        raise not_authorized(errors.NO_GUESTS)
    if identity is not None and identity.state is not State.GUEST:
        raise identity_forbidden(identity.identity_id)


def owner_of(call: Call, pool: PoolRow, login: Login) -> LoginRow | None:
    return call.store.logins.find(pool.seq, login.provider.key, login.subject, developer=login.developer)


def settle(
    call: Call, pool: PoolRow, logins: Sequence[Login], named: IdentityRow | None = None, *, proven: bool = False
) -> IdentityRow:
    """The identity that answers, with all the logins linked to it.

    `proven`: a token of this service proves the named identity.

    Raises:
        CognitoIdentityError: the logins are not those of the named identity (NotAuthorizedException), or it has
            another login of the same provider (ResourceConflictException).
    """
    found = [(login, owner_of(call, pool, login)) for login in logins]
    owned = sorted((row for _, row in found if row is not None), key=_precedence)
    survivor = _survivor(call, pool, owned, named, proven=proven)
    _absorb(call, survivor, _others(call, survivor, owned, named))
    _link(call, survivor, [login for login, row in found if row is None])
    return survivor


def _precedence(login: LoginRow) -> tuple[bool, int]:
    """A developer's word goes first, then the oldest login (§20 no. 7)."""
    return not login.developer, login.seq


def _survivor(
    call: Call, pool: PoolRow, owned: Sequence[LoginRow], named: IdentityRow | None, *, proven: bool
) -> IdentityRow:
    """A named identity answers for itself if a login proves it; a guest or a merged one gives way to an owner."""
    owner = _row(call, owned[0].identity) if owned else None
    if named is None:
        return owner or create_identity(call, pool)
    is_proven = proven and named.state is State.LINKED
    if is_proven or any(row.identity == named.seq for row in owned):
        return named
    if named.state is State.GUEST:
        return owner or named
    if named.state is State.DISABLED and owner:
        return owner
    raise not_authorized(errors.LOGINS_DO_NOT_MATCH)


def _others(
    call: Call, survivor: IdentityRow, owned: Sequence[LoginRow], named: IdentityRow | None
) -> list[IdentityRow]:
    """The identities that end in the survivor: the other owners, and a guest that gave way."""
    seqs = dict.fromkeys(row.identity for row in owned if row.identity != survivor.seq)
    given_way = [named] if named and named.seq != survivor.seq and named.state is State.GUEST else []
    return [*given_way, *(_row(call, seq) for seq in seqs)]


def _absorb(call: Call, survivor: IdentityRow, others: Iterable[IdentityRow]) -> None:
    for other in others:
        merge(call, survivor, other)


def merge(call: Call, survivor: IdentityRow, other: IdentityRow) -> None:
    """Moves the logins of one identity to another and disables it.

    Raises:
        CognitoIdentityError: ResourceConflictException if both have a login of one public provider, or if there would
            be too many.
    """
    kept, moved = call.store.logins.of([survivor.seq]), call.store.logins.of([other.seq])
    both = _public_providers(kept) & _public_providers(moved)
    if both:
        raise conflict(errors.LOCAL_MERGE_CONFLICT.format(min(both)))
    if len(kept) + len(moved) > call.quotas.linked_logins:
        raise conflict(errors.LOCAL_TOO_MANY_LOGINS.format(call.quotas.linked_logins))
    call.store.logins.move(other.seq, survivor.seq)
    change(call, other, State.DISABLED, call.now)
    change(call, survivor, State.LINKED, call.now)


def _link(call: Call, identity: IdentityRow, logins: Sequence[Login]) -> None:
    """At most one login of each public provider; developer users may be several."""
    if not logins:
        return
    taken = _public_providers(call.store.logins.of([identity.seq]))
    for login in logins:
        if login.provider.key in taken and not login.developer:
            raise conflict(errors.LOCAL_LOGIN_TAKEN.format(login.provider.key))
        call.store.logins.add(identity, login.provider.key, login.subject, developer=login.developer)
    change(call, identity, State.LINKED, call.now)


def unlink(call: Call, identity: IdentityRow, removed: Sequence[LoginRow]) -> None:
    """Without its last login an identity stays, but nobody can use it."""
    if not removed:
        return
    for login in removed:
        call.store.logins.remove(login.seq)
    state = State.LINKED if call.store.logins.of([identity.seq]) else State.INACCESSIBLE
    change(call, identity, state, call.now)


def _public_providers(logins: Iterable[LoginRow]) -> set[str]:
    return {login.provider for login in logins if not login.developer}


def _row(call: Call, seq: int) -> IdentityRow:
    """An identity that a login points to: the schema keeps it there."""
    identity = call.store.identities.get(seq)
    if identity is None:
        raise LookupError(seq)
    return identity
