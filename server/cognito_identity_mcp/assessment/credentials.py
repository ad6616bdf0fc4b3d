"""What issuing AWS credentials and OpenID tokens for an identity would do."""

from __future__ import annotations

from cognito_identity_mcp.assessment.difference import difference
from cognito_identity_mcp.assessment.hazards.hazard import warned
from cognito_identity_mcp.assessment.hazards.sign_ins import SIGN_IN, SignIn
from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_tools.issuers import own_keys
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.credentials import GetCredentialsForIdentityInput, GetOpenIdTokenInput
from cognito_identity_tools.operations.identities import IdentityDescription

MERGES_STAY = "Nothing issued can be called back before it expires, and a merge of identities cannot be taken back."
EXPIRES = "Nothing issued can be called back before it expires."


async def credentials(request: GetCredentialsForIdentityInput, live: Live) -> Findings:
    """Which pool an identity belongs to cannot be looked up, so that the role is named by its kind."""
    sign_in = await _sign_in(request, live)
    return _findings(
        f"Issues AWS credentials, good for one hour, of {_role(request)} to the identity {request.identity_id}.",
        sign_in,
    )


async def open_id_token(request: GetOpenIdTokenInput, live: Live) -> Findings:
    sign_in = await _sign_in(request, live)
    return _findings(
        f"Issues an OpenID token, good for ten minutes, to the identity {request.identity_id}: with it every role that "
        "trusts the pool can be taken (classic flow).",
        sign_in,
    )


async def _sign_in(request: GetOpenIdTokenInput | GetCredentialsForIdentityInput, live: Live) -> SignIn:
    identity: IdentityDescription = await live.read("describe_identity", identity_id=request.identity_id)
    return SignIn(request.identity_id, tuple(identity.logins or ()), tuple(sorted(request.logins or ())))


def _findings(consequence: str, sign_in: SignIn) -> Findings:
    return Findings(
        Effect.CREDENTIAL,
        consequence,
        changes=changes_of(sign_in),
        warnings=warned(SIGN_IN, sign_in).sentences,
        way_back=MERGES_STAY if sign_in.new else EXPIRES,
    )


def changes_of(sign_in: SignIn) -> tuple[Change, ...]:
    """The logins that are linked, unless AWS refuses them or they belong to another identity."""
    linked = sign_in.linked
    new = sign_in.new if sign_in.is_proven or not linked else ()
    return difference({"logins": list(linked)}, {"logins": [*linked, *new]})


def _role(request: GetCredentialsForIdentityInput) -> str:
    """How a role is chosen: fact sheet §12."""
    if request.custom_role_arn is not None:
        return f"the role {request.custom_role_arn}"
    if not request.logins:
        return "the pool's role for guests"
    default = "the pool's default role for signed-in users"
    has_own = not own_keys(request.identity_id.partition(":")[0]).isdisjoint(request.logins)
    return default if has_own else f"{default}, or of the one its role mappings say,"


ASSESSORS = {
    "get_credentials_for_identity": credentials,
    "get_open_id_token": open_id_token,
}
