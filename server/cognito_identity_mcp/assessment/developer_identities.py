"""What the operations on users of somebody's own sign-in would do."""

from __future__ import annotations

from cognito_identity_mcp.assessment.credentials import EXPIRES, MERGES_STAY, changes_of
from cognito_identity_mcp.assessment.difference import difference
from cognito_identity_mcp.assessment.hazards.hazard import warned
from cognito_identity_mcp.assessment.hazards.identities import MERGING, UNLINKING, Merging, Unlinking
from cognito_identity_mcp.assessment.hazards.roles import role_of
from cognito_identity_mcp.assessment.hazards.sign_ins import (
    DEVELOPER_SIGN_IN,
    SEVERAL_LOGINS,
    SIGN_IN,
    DeveloperSignIn,
    SignIn,
)
from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_mcp.assessment.wording import PAGE, counted, typed_for
from cognito_identity_mcp.secrets.sources import is_reference
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.developer_identities import (
    GetOpenIdTokenForDeveloperIdentityInput as TokenInput,
    LookupDeveloperIdentityResponse,
    MergeDeveloperIdentitiesInput,
    UnlinkDeveloperIdentityInput,
)
from cognito_identity_tools.operations.identities import IdentityDescription
from cognito_identity_tools.operations.identity_pools import IdentityPool

_LONGEST_USER_ID = 1024

_USERS = "developer_user_identifier_list"


async def token(request: TokenInput, live: Live) -> Findings:
    """The user's id is shown: the pool's own provider name tells it from a token."""
    pool_id = request.identity_pool_id
    pool: IdentityPool = await live.read("describe_identity_pool", identity_pool_id=pool_id)
    user = _user(request, pool)
    roles = await live.read("get_identity_pool_roles", identity_pool_id=pool_id)
    call = DeveloperSignIn(request, user, await _owner(pool_id, user, live), roles)
    sign_in = await _sign_in(call, pool, live)
    public = sorted(name for name in request.logins if name != pool.developer_provider_name)
    linking = warned(SIGN_IN, sign_in) if sign_in else warned(SEVERAL_LOGINS, sorted(request.logins))
    return Findings(
        Effect.CREDENTIAL,
        _what_it_gives(call, pool),
        changes=(*_tag_changes(request), *(changes_of(sign_in) if sign_in else ())),
        warnings=(*warned(DEVELOPER_SIGN_IN, call).sentences, *linking.sentences),
        way_back=MERGES_STAY if public else EXPIRES,
    )


def _user(request: TokenInput, pool: IdentityPool) -> str | None:
    """The developer user id among the logins; no other value is ever shown."""
    user = request.logins.get(pool.developer_provider_name or "")
    return user if user is not None and len(user) <= _LONGEST_USER_ID else None


async def _owner(pool_id: str, user: str | None, live: Live) -> str | None:
    """The identity that the user has already; a user named by a secret cannot be looked up."""
    if user is None or is_reference(user):
        return None
    found: LookupDeveloperIdentityResponse | None = await live.find(
        "lookup_developer_identity", identity_pool_id=pool_id, developer_user_identifier=user
    )
    return found.identity_id if found else None


async def _sign_in(call: DeveloperSignIn, pool: IdentityPool, live: Live) -> SignIn | None:
    """How the public logins fit the identity; the developer's word proves only the identity that the user has."""
    identity_id = call.request.identity_id or call.owner
    if identity_id is None:
        return None
    identity: IdentityDescription = await live.read("describe_identity", identity_id=identity_id)
    own = pool.developer_provider_name
    given = [name for name in sorted(call.request.logins) if name != own or identity_id == call.owner]
    return SignIn(identity_id, tuple(identity.logins or ()), tuple(given))


def _what_it_gives(call: DeveloperSignIn, pool: IdentityPool) -> str:
    role = role_of(call.roles, "authenticated")
    leads_to = f"; it leads to credentials of {role}" if role else ""
    whose = "a user" if call.user is None else f"the user {call.user}"
    return (
        f"Issues a token, good for {call.seconds} seconds, with which its holder is {whose} of identity pool "
        f'"{pool.identity_pool_name}"{leads_to}.'
    )


def _tag_changes(request: TokenInput) -> tuple[Change, ...]:
    return difference({}, {"principal_tags": request.principal_tags or {}})


async def merge(request: MergeDeveloperIdentitiesInput, live: Live) -> Findings:
    source = await _registered(request.identity_pool_id, request.source_user_identifier, live)
    destination = await _registered(request.identity_pool_id, request.destination_user_identifier, live)
    both = Merging(
        source,
        destination,
        await _public_providers(source, request.developer_provider_name, live),
        await _public_providers(destination, request.developer_provider_name, live),
    )
    return Findings(
        Effect.DESTROY,
        f"Moves the user {request.source_user_identifier} from the identity {source} to {destination}, the identity of "
        f"the user {request.destination_user_identifier}, with all logins.",
        changes=difference({"identity_id": source}, {"identity_id": destination}),
        warnings=warned(MERGING, both).sentences,
        way_back="A merge cannot be taken back: the source's identity stays disabled.",
        typed=typed_for(request),
    )


async def _registered(pool_id: str, user: str, live: Live) -> str:
    found = await live.read("lookup_developer_identity", identity_pool_id=pool_id, developer_user_identifier=user)
    return str(found.identity_id)


async def _public_providers(identity_id: str, developer: str, live: Live) -> frozenset[str]:
    identity: IdentityDescription = await live.read("describe_identity", identity_id=identity_id)
    return frozenset(identity.logins or ()) - {developer}


async def unlink(request: UnlinkDeveloperIdentityInput, live: Live) -> Findings:
    """The identity's logins are its public providers and its users, of whom there may be several."""
    user, identity_id = request.developer_user_identifier, request.identity_id
    found: LookupDeveloperIdentityResponse = await live.read(
        "lookup_developer_identity",
        identity_pool_id=request.identity_pool_id,
        identity_id=identity_id,
        max_results=PAGE,
    )
    public = await _public_providers(identity_id, request.developer_provider_name, live)
    linked = public | frozenset(found.developer_user_identifier_list or ())
    left = linked - {user}
    return Findings(
        Effect.DESTROY,
        f"Takes the user {user} away from the identity {identity_id}; they count as new next time.",
        changes=difference({_USERS: sorted(linked - public)}, {_USERS: sorted(left - public)}),
        counts=(f"{counted(len(left), 'login')} left",),
        warnings=warned(UNLINKING, Unlinking(identity_id, linked, left, frozenset({user}))).sentences,
        way_back="The user can be linked again, but to an identity that somebody can still use.",
        typed=typed_for(request),
    )


ASSESSORS = {
    "get_open_id_token_for_developer_identity": token,
    "merge_developer_identities": merge,
    "unlink_developer_identity": unlink,
}
