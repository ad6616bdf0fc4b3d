"""What to do about an error, by AWS's code. A test holds that no known code is missing."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from cognito_identity_tools.errors import ErrorCode


@dataclass(frozen=True)
class Advice:
    """`next_step` is a sentence; `retryable` says whether the same call can succeed later without a change."""

    next_step: str
    retryable: bool = False


_WAIT = Advice("Wait a few seconds, then try again; slow down if it keeps happening.", retryable=True)
_SIGNATURE = Advice("Check the server's AWS credentials and this machine's clock, then restart the server.")
_RENEW = Advice("Renew the server's AWS credentials (aws sso login, or new session credentials), then try again.")
_OURS = Advice("Report it: this server and the service disagree about the protocol.")

BY_CODE: MappingProxyType[str, Advice] = MappingProxyType(
    {
        ErrorCode.CONCURRENT_MODIFICATION: Advice(
            "Somebody else changed the pool at the same time: describe it again, then decide.", retryable=True
        ),
        ErrorCode.DEVELOPER_USER_ALREADY_REGISTERED: Advice(
            "That user id belongs to another identity: lookup_developer_identity shows which."
        ),
        ErrorCode.EXTERNAL_SERVICE: Advice(
            "The login provider did not answer AWS: try again, and check the provider.", retryable=True
        ),
        ErrorCode.INTERNAL_ERROR: Advice("AWS failed: try again later.", retryable=True),
        ErrorCode.INVALID_IDENTITY_POOL_CONFIGURATION: Advice(
            "Check the pool's roles with get_identity_pool_roles: the role has to exist, trust "
            "cognito-identity.amazonaws.com for this pool id, and allow sts:TagSession if principal tags are mapped."
        ),
        ErrorCode.INVALID_PARAMETER: Advice("Correct the arguments as the message says."),
        ErrorCode.LIMIT_EXCEEDED: Advice("A quota of the account is used up: remove something or have it raised."),
        ErrorCode.NOT_AUTHORIZED: Advice(
            "Check that the logins are current tokens of providers of this pool, or that guests are allowed. "
            "Roles have to be of the pool's account, and the server may need iam:PassRole for them."
        ),
        ErrorCode.RESOURCE_CONFLICT: Advice(
            "The login or the identity is already tied to another one: describe_identity shows what is linked."
        ),
        ErrorCode.RESOURCE_NOT_FOUND: Advice(
            "Check the id, its region and the account: list_identity_pools shows the pools of the default region."
        ),
        ErrorCode.TOO_MANY_REQUESTS: _WAIT,
        ErrorCode.VALIDATION: Advice("Correct the arguments as the message says."),
        ErrorCode.ACCESS_DENIED: Advice(
            "The server's AWS identity lacks this permission: have its policy extended (manifests/iam holds examples)."
        ),
        ErrorCode.UNKNOWN_OPERATION: _OURS,
        ErrorCode.SERIALIZATION: _OURS,
        ErrorCode.MISSING_AUTHENTICATION_TOKEN: _SIGNATURE,
        ErrorCode.UNRECOGNIZED_CLIENT: _SIGNATURE,
        ErrorCode.INVALID_SIGNATURE: _SIGNATURE,
        ErrorCode.INCOMPLETE_SIGNATURE: _SIGNATURE,
        ErrorCode.SIGNATURE_DOES_NOT_MATCH: _SIGNATURE,
        ErrorCode.EXPIRED_TOKEN: _RENEW,
        ErrorCode.INVALID_CLIENT_TOKEN_ID: _SIGNATURE,
        ErrorCode.OPT_IN_REQUIRED: Advice("The account has not enabled this region or service: enable it first."),
        ErrorCode.REQUEST_EXPIRED: Advice("Set this machine's clock, then try again."),
        ErrorCode.THROTTLING: _WAIT,
        ErrorCode.SERVICE_UNAVAILABLE: Advice("AWS is busy or down: try again later.", retryable=True),
    }
)

UNKNOWN_CODE = Advice("This code is not known to this version: read the message.")

HOW_TO_FIND_OUT = MappingProxyType(
    {
        "create_identity_pool": "Look for a pool of that name with list_identity_pools.",
        "delete_identity_pool": "See whether describe_identity_pool still finds the pool.",
        "update_identity_pool": "Compare describe_identity_pool with what was sent.",
        "get_id": "A new guest or login shows in list_identities.",
        "delete_identities": "See whether describe_identity still finds the identities.",
        "unlink_identity": "describe_identity shows the logins that are left.",
        "get_credentials_for_identity": "describe_identity shows whether logins were linked.",
        "get_open_id_token": "describe_identity shows whether logins were linked.",
        "get_open_id_token_for_developer_identity": "lookup_developer_identity shows whether the user was registered.",
        "merge_developer_identities": "lookup_developer_identity shows the identity of each user.",
        "unlink_developer_identity": "lookup_developer_identity shows whether the user is still linked.",
        "set_identity_pool_roles": "Compare get_identity_pool_roles with what was sent.",
        "set_principal_tag_attribute_map": "Compare get_principal_tag_attribute_map with what was sent.",
        "tag_resource": "list_tags_for_resource shows the tags.",
        "untag_resource": "list_tags_for_resource shows the tags.",
    }
)
"""For every operation that changes something: how to learn whether a call without an answer was carried out."""


def advice_for(code: str) -> Advice:
    """Advice for a code as AWS sent it; codes this version does not know get a neutral one."""
    return BY_CODE.get(code, UNKNOWN_CODE)
