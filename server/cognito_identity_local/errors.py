"""AWS's exact texts (fact sheet §4), one function or constant each.

Texts that nobody has published (§20) are the constants named `LOCAL_…`: neutral words of this service. Code that tests
for them tests this service, not AWS.
"""

from __future__ import annotations

from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode

LOCAL_INTERNAL_ERROR = "The local service failed while it answered. Its log has the details."
LOCAL_LOGIN_TAKEN = "The identity already has another login of provider {}."
LOCAL_LOOKUP_MISMATCH = "The developer user identifier does not belong to the identity."
LOCAL_MERGE_CONFLICT = "Both identities have a login of provider {}, as different users."
LOCAL_TOO_MANY_LOGINS = "The merged identity would have more than {} linked logins."
LOCAL_ALREADY_REGISTERED = "The developer user identifier is already registered with another identity."
LOCAL_DEVELOPER_USER_NOT_FOUND = "The developer user identifier is not registered in this identity pool."
LOCAL_DEVELOPER_USER_TOO_LONG = "A developer user identifier has 1 to 1024 characters."
LOCAL_NO_DEVELOPER_LOGIN = "Logins must hold one entry for the developer provider of this identity pool."
LOCAL_NOTHING_TO_LOOK_UP = "Either IdentityId or DeveloperUserIdentifier is required."
LOCAL_DEVELOPER_NAME_FIXED = "The developer provider name cannot be changed once it is set."
LOCAL_BAD_NEXT_TOKEN = "The next token is not valid for this list."  # noqa: S105 - a text
LOCAL_CUSTOM_ROLE_DENIED = "The custom role is not among the roles of this login."
LOCAL_CUSTOM_ROLE_REQUIRED = "The login has several roles: the custom role is required."
LOCAL_INVALID_ASSERTION = "Invalid login token. Not a valid SAML assertion."
LOCAL_INVALID_OPAQUE_TOKEN = "Invalid login token. The provider expects token;secret."  # noqa: S105 - a text
LOCAL_KEYS_UNREACHABLE = "The keys of {} cannot be read."
LOCAL_SIGNED_OUT = "Invalid login token. The user is signed out."
LOCAL_NO_USERS = "Write an object with the sub of each user that is signed out, by user pool."
LOCAL_NOT_FOR_PAGES = "Not for web pages: send this from a program or a terminal, without the header Origin."
LOCAL_NO_ACCOUNT = 'Write {"AccountId": "123456789012"} for one account, or nothing for all.'
LOCAL_INVALID_ARN = "The resource ARN is not that of an identity pool."
LOCAL_TOO_MANY_POOLS = "The account has {} identity pools in this region, which is the quota."
LOCAL_TOO_MANY_USER_POOLS = "An identity pool can have {} user pool clients."
LOCAL_TOO_MANY_TAGS = "An identity pool can have {} tags."
LOCAL_RESERVED_TAG = "Tag keys must not start with aws:."
LOCAL_BAD_TAG = "Tags may hold letters, digits, spaces and _ . : / = + - @."

PUBLIC_PROVIDER_EXPECTED = "Please provide a valid public provider."
UNKNOWN_DEVELOPER_PROVIDER = "This identity pool does not support the specified developer provider"
INVALID_USER_POOL_NAME = "Invalid Cognito Identity Provider"
UNKNOWN_MAPPING_PROVIDER = "({}) is not a valid RoleMapping ProviderName or is not a configured provider."
CLASSIC_FLOW_OFF = "Basic (classic) flow is not enabled, please use enhanced flow."
CLASSIC_FLOW_MAPPED = "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow."

NO_GUESTS = "Unauthenticated access is not supported for this identity pool."
LOGINS_DO_NOT_MATCH = "Logins don't match. Please include at least one valid login for this identity or identity pool."
UNSUPPORTED_PROVIDER = "Token is not from a supported provider of this identity pool."
NOT_OPENID = "Invalid login token. Not a valid OpenId Connect identity token."
WRONG_ISSUER = "Invalid login token. Issuer doesn't match providerName"
UNVERIFIABLE = "Invalid login token. Couldn't verify signed token."
COGNITO_TOKEN = "Invalid login token. Can't pass in a Cognito token."  # noqa: S105 - AWS's text
TOKEN_EXPIRED = "Invalid login token. Token is expired."  # noqa: S105 - AWS's text
INVALID_POOL_CONFIGURATION = "Invalid identity pool configuration. Check assigned IAM roles for this pool."


def invalid_parameter(message: str) -> CognitoIdentityError:
    return CognitoIdentityError(ErrorCode.INVALID_PARAMETER, message)


def not_authorized(message: str) -> CognitoIdentityError:
    return CognitoIdentityError(ErrorCode.NOT_AUTHORIZED, message)


def not_found(message: str) -> CognitoIdentityError:
    return CognitoIdentityError(ErrorCode.RESOURCE_NOT_FOUND, message)


def conflict(message: str) -> CognitoIdentityError:
    return CognitoIdentityError(ErrorCode.RESOURCE_CONFLICT, message)


def limit_exceeded(message: str) -> CognitoIdentityError:
    return CognitoIdentityError(ErrorCode.LIMIT_EXCEEDED, message)


def already_registered() -> CognitoIdentityError:
    return CognitoIdentityError(ErrorCode.DEVELOPER_USER_ALREADY_REGISTERED, LOCAL_ALREADY_REGISTERED)


def keys_unreachable(provider: str) -> CognitoIdentityError:
    return CognitoIdentityError(ErrorCode.EXTERNAL_SERVICE, LOCAL_KEYS_UNREACHABLE.format(provider))


def invalid_pool_configuration() -> CognitoIdentityError:
    """No role for this kind of login, or STS would have refused it: AWS does not tell which."""
    return CognitoIdentityError(ErrorCode.INVALID_IDENTITY_POOL_CONFIGURATION, INVALID_POOL_CONFIGURATION)


def pool_not_found(identity_pool_id: str) -> CognitoIdentityError:
    return not_found(f"IdentityPool '{identity_pool_id}' not found.")


def identity_not_found(identity_id: str) -> CognitoIdentityError:
    """The text is unverified (§20 no. 3); it has the form of the pool's."""
    return not_found(f"Identity '{identity_id}' not found.")


def no_principal_tags(provider: str) -> CognitoIdentityError:
    return not_found(f"No Principal Tags configured for Provider {provider}")


def identity_forbidden(identity_id: str) -> CognitoIdentityError:
    return not_authorized(f"Access to Identity '{identity_id}' is forbidden.")


def role_forbidden(role: str) -> CognitoIdentityError:
    return not_authorized(f"Access to Role '{role}' is forbidden.")


def no_providers(identity_pool_id: str) -> CognitoIdentityError:
    return not_authorized(f"Identity pool - {identity_pool_id} does not have identity providers configured.")


def missing_claim(claim: str) -> CognitoIdentityError:
    return not_authorized(f"Invalid login token. Missing a required claim: {claim}")


def user_pool_token_expired(now: int, expiry: int) -> CognitoIdentityError:
    """`now` is already reduced by the clock skew that AWS allows."""
    return not_authorized(f"Invalid login token. Token expired: {now} >= {expiry}")


def ambiguous_role(provider: str) -> CognitoIdentityError:
    return not_authorized(f"The ambiguous role mapping rules for: {provider} denied this request.")
