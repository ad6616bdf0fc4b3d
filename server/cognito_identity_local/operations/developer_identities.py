"""Users of the app's own sign-in: token, look-up, merge, unlink (fact sheet §6.11–6.14, §9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cognito_identity_local import errors, lifecycle
from cognito_identity_local.amr import authentication_methods
from cognito_identity_local.context import Call
from cognito_identity_local.errors import (
    already_registered,
    conflict,
    identity_forbidden,
    identity_not_found,
    invalid_parameter,
    not_authorized,
    not_found,
)
from cognito_identity_local.logins import Login, verify
from cognito_identity_local.lookups import find_identity_in, find_pool
from cognito_identity_local.operations.handler import handler
from cognito_identity_local.paging import read_page
from cognito_identity_local.providers import Kind, Provider, configured_providers
from cognito_identity_local.sign_outs import refuse_signed_out
from cognito_identity_local.store import IdentityRow, LoginRow, PoolRow, State
from cognito_identity_local.tokens import issue
from cognito_identity_tools.operation import Empty
from cognito_identity_tools.operations.developer_identities import (
    GetOpenIdTokenForDeveloperIdentityInput,
    GetOpenIdTokenForDeveloperIdentityResponse,
    LookupDeveloperIdentityInput,
    LookupDeveloperIdentityResponse,
    MergeDeveloperIdentitiesInput,
    MergeDeveloperIdentitiesResponse,
    UnlinkDeveloperIdentityInput,
)

DEFAULT_SECONDS = 900
MAX_PAGE = 60
_MAX_USER_LENGTH = 1024


def get_open_id_token_for_developer_identity(
    call: Call, request: GetOpenIdTokenForDeveloperIdentityInput
) -> GetOpenIdTokenForDeveloperIdentityResponse:
    """Finds or registers the user; with an identity id, links them to it. Classic flow may be closed."""
    pool = find_pool(call, request.identity_pool_id)
    user = _developer_login(pool, request.logins)
    named = _named(call, pool, request.identity_id) if request.identity_id else None
    public = {key: token for key, token in request.logins.items() if key != user.provider.key}
    logins = (user, *(_verified(call, pool, public) if public else ()))
    if named is not None:
        _check_link(call, pool, named, user)
    identity = lifecycle.settle(call, pool, logins, named)
    amr = authentication_methods(call, pool, identity, logins)
    seconds = request.token_duration or DEFAULT_SECONDS
    token = issue(call, pool, identity.identity_id, amr, request.principal_tags or {}, seconds=seconds)
    return GetOpenIdTokenForDeveloperIdentityResponse(identity_id=identity.identity_id, token=token)


def lookup_developer_identity(call: Call, request: LookupDeveloperIdentityInput) -> LookupDeveloperIdentityResponse:
    """By user, by identity, or both, which are then checked against each other."""
    pool = find_pool(call, request.identity_pool_id)
    user, identity_id = request.developer_user_identifier, request.identity_id
    if user is None and identity_id is None:
        raise invalid_parameter(errors.LOCAL_NOTHING_TO_LOOK_UP)
    named = find_identity_in(call, pool, identity_id) if identity_id else None
    if user is not None:
        return _by_user(call, pool, user, named)
    return _by_identity(call, find_identity_in(call, pool, identity_id or ""), request)


def merge_developer_identities(call: Call, request: MergeDeveloperIdentitiesInput) -> MergeDeveloperIdentitiesResponse:
    """The source's identity ends in the destination's, whose id is returned."""
    pool = find_pool(call, request.identity_pool_id)
    _require_developer_name(pool, request.developer_provider_name)
    source = _identity_of(call, _user(call, pool, request.source_user_identifier))
    destination = _identity_of(call, _user(call, pool, request.destination_user_identifier))
    if source.seq != destination.seq:
        lifecycle.merge(call, destination, source)
    return MergeDeveloperIdentitiesResponse(identity_id=destination.identity_id)


def unlink_developer_identity(call: Call, request: UnlinkDeveloperIdentityInput) -> Empty:
    """The user counts as new next time."""
    pool = find_pool(call, request.identity_pool_id)
    identity = find_identity_in(call, pool, request.identity_id)
    _require_developer_name(pool, request.developer_provider_name)
    login = _user(call, pool, request.developer_user_identifier)
    if login.identity != identity.seq:
        raise conflict(errors.LOCAL_LOOKUP_MISMATCH)
    lifecycle.unlink(call, identity, [login])
    return Empty()


def _developer_login(pool: PoolRow, logins: Mapping[str, str]) -> Login:
    """The one entry of the pool's developer provider.

    Raises:
        CognitoIdentityError: there is none, or its user id is too long (InvalidParameterException).
    """
    name = pool.settings.developer_provider_name
    user = logins.get(name) if name else None
    if name is None or user is None:
        known = configured_providers(pool.settings)
        only_public = bool(name) and all(key in known for key in logins)
        text = errors.LOCAL_NO_DEVELOPER_LOGIN if only_public else errors.UNKNOWN_DEVELOPER_PROVIDER
        raise invalid_parameter(text)
    if len(user) > _MAX_USER_LENGTH:
        raise invalid_parameter(errors.LOCAL_DEVELOPER_USER_TOO_LONG)
    return Login(Provider(name, Kind.DEVELOPER), user)


def _verified(call: Call, pool: PoolRow, public: Mapping[str, str]) -> tuple[Login, ...]:
    """The model has no ExternalServiceException for this operation, so that the token is refused instead."""
    logins = verify(replace(call, signatures=call.signatures.blaming_no_issuer()), pool, public).logins
    refuse_signed_out(call, pool, logins)
    return logins


def _named(call: Call, pool: PoolRow, identity_id: str) -> IdentityRow:
    """An identity of another pool counts as one that the logins do not match (fact sheet §4)."""
    identity = call.store.identities.find(identity_id)
    if identity is None:
        raise identity_not_found(identity_id)
    if identity.pool != pool.seq:
        raise not_authorized(errors.LOGINS_DO_NOT_MATCH)
    return identity


def _check_link(call: Call, pool: PoolRow, named: IdentityRow, user: Login) -> None:
    """
    Raises:
        CognitoIdentityError: the user belongs to another identity, or the identity can no longer be used.
    """
    owner = lifecycle.owner_of(call, pool, user)
    if owner is not None and owner.identity != named.seq:
        raise already_registered()
    if named.state in (State.DISABLED, State.INACCESSIBLE):
        raise identity_forbidden(named.identity_id)


def _require_developer_name(pool: PoolRow, name: str) -> None:
    if name != pool.settings.developer_provider_name:
        raise invalid_parameter(errors.UNKNOWN_DEVELOPER_PROVIDER)


def _user(call: Call, pool: PoolRow, user: str) -> LoginRow:
    name = pool.settings.developer_provider_name or ""
    login = call.store.logins.find(pool.seq, name, user, developer=True)
    if login is None:
        raise not_found(errors.LOCAL_DEVELOPER_USER_NOT_FOUND)
    return login


def _identity_of(call: Call, login: LoginRow) -> IdentityRow:
    identity = call.store.identities.get(login.identity)
    if identity is None:
        raise LookupError(login)
    return identity


def _by_user(call: Call, pool: PoolRow, user: str, named: IdentityRow | None) -> LookupDeveloperIdentityResponse:
    owner = _identity_of(call, _user(call, pool, user))
    if named is not None and named.seq != owner.seq:
        raise conflict(errors.LOCAL_LOOKUP_MISMATCH)
    return LookupDeveloperIdentityResponse(identity_id=owner.identity_id, developer_user_identifier_list=[user])


def _by_identity(
    call: Call, identity: IdentityRow, request: LookupDeveloperIdentityInput
) -> LookupDeveloperIdentityResponse:
    def fetch(after: int, limit: int) -> list[LoginRow]:
        return call.store.logins.developer_page(identity.seq, after, limit)

    name = f"developer users {identity.identity_id}"
    page = read_page(name, request.next_token, request.max_results or MAX_PAGE, fetch)
    return LookupDeveloperIdentityResponse(
        identity_id=identity.identity_id,
        developer_user_identifier_list=[login.subject for login in page.rows],
        next_token=page.next_token,
    )


HANDLERS = {
    "get_open_id_token_for_developer_identity": handler(
        GetOpenIdTokenForDeveloperIdentityInput, get_open_id_token_for_developer_identity
    ),
    "lookup_developer_identity": handler(LookupDeveloperIdentityInput, lookup_developer_identity),
    "merge_developer_identities": handler(MergeDeveloperIdentitiesInput, merge_developer_identities),
    "unlink_developer_identity": handler(UnlinkDeveloperIdentityInput, unlink_developer_identity),
}
