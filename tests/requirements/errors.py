"""The exact words of errors, and when they are said (§4). Texts that nobody published are in `unknowns`."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, I, O

# fmt: off
BEHAVIOURS = (
    Behaviour("errors-01", "§4", O, "IdentityPool '<pool>' not found. answers whatever names a pool that is not in that account and region."),
    Behaviour("errors-02", "§4", I, "Identity '<id>' not found. answers whatever names an unknown identity."),
    Behaviour("errors-03", "§4", O, "No Principal Tags configured for Provider <provider> (no full stop) answers for a provider that was never configured."),
    Behaviour("errors-04", "§4", O, "Unauthenticated access is not supported for this identity pool. answers a call without logins in a pool without guests, also for an identity with logins."),
    Behaviour("errors-05", "§4", O, "Access to Identity '<id>' is forbidden. answers a call without logins for an identity that has logins or is disabled."),
    Behaviour("errors-06", "§4", O, "Identity pool - <pool> does not have identity providers configured. answers logins in a pool without any provider."),
    Behaviour("errors-07", "§4", O, "Logins don't match. … answers logins that include none of the identity's, and an identity of another pool."),
    Behaviour("errors-08", "§4", O, "Token is not from a supported provider of this identity pool. answers an unknown provider key or a client that is not configured."),
    Behaviour("errors-09", "§4", O, "Invalid login token. Not a valid OpenId Connect identity token. answers a value that is no JWT."),
    Behaviour("errors-10", "§4", O, "Invalid login token. Issuer doesn't match providerName (no full stop) answers a foreign issuer."),
    Behaviour("errors-11", "§4", O, "Invalid login token. Missing a required claim: aud answers a user pool's access token."),
    Behaviour("errors-12", "§4", O, "An expired user pool token: Token expired: <now, less the skew> >= <exp>; of other providers: Token is expired."),
    Behaviour("errors-13", "§4", O, "Invalid login token. Couldn't verify signed token. answers a signature that does not verify."),
    Behaviour("errors-14", "§4", O, "Invalid login token. Can't pass in a Cognito token. answers a token of this service anywhere but under its own key."),
    Behaviour("errors-15", "§4", O, "Access to Role '<value>' is forbidden. answers a role value that is no role's ARN, or another account's."),
    Behaviour("errors-16", "§4", O, "The ambiguous role mapping rules for: <key> denied this request. answers when no rule matches and the resolution is Deny."),
    Behaviour("errors-17", "§4", O, "Invalid identity pool configuration. Check assigned IAM roles for this pool. answers when there is no role for the kind of login, without detail."),
    Behaviour("errors-18", "§4", O, "Basic (classic) flow is not enabled, … answers GetOpenIdToken where AllowClassicFlow is explicitly false."),
    Behaviour("errors-19", "§4", O, "Basic (classic) flow is not supported with RoleMappings, … answers GetOpenIdToken where the pool has role mappings, before guests and logins are looked at."),
    Behaviour("errors-20", "§4", O, "Please provide a valid public provider. answers GetCredentialsForIdentity with the developer provider's name as key."),
    Behaviour("errors-21", "§4", O, "Invalid Cognito Identity Provider answers a ProviderName that does not look like a user pool."),
    Behaviour("errors-22", "§4", O, "This identity pool does not support the specified developer provider answers a developer provider name that is not the pool's."),
    Behaviour("errors-23", "§4", D, "TooManyRequestsException, HTTP 400, Rate exceeded answers a throttled call."),
    Behaviour("errors-24", "§4", D, "A refused PassRole is an AccessDeniedException.", deferral="No IAM is evaluated. A fault says AccessDeniedException in the words for the operation itself (wire-20)."),
    Behaviour("errors-25", "§4", D, "STS refuses AssumeRoleWithWebIdentity where the trust policy does not match.", deferral="AssumeRoleWithWebIdentity is STS's operation, and trust policies are IAM's; the service has neither. What the enhanced flow makes of STS's refusals is roles-25."),
    Behaviour("errors-26", "§4", D, "A second login of one provider, a mismatch of a look-up and a merge conflict are ResourceConflictExceptions."),
    Behaviour("errors-27", "§4", D, "A developer user of another identity is a DeveloperUserAlreadyRegisteredException."),
    Behaviour("errors-28", "§4", D, "Parallel updates may be refused with ConcurrentModificationException. Here they wait for one another (service-13); a fault brings it about (options-09)."),
    Behaviour("errors-29", "§4", D, "A provider that cannot be reached is an ExternalServiceException."),
    Behaviour("errors-30", "§4", I, "The order of checks: constraints, pool or identity, classic flow and mappings, guests, identity, tokens, role."),
    Behaviour("errors-31", "§4", O, "Invalid login token. Token signature invalid. is known from one emulator only.", deferral="Unverified; the observed text for the same case is errors-13."),
    Behaviour("errors-32", "§4", O, "(<key>) is not a valid RoleMapping ProviderName or is not a configured provider. answers a role mapping for a provider that the pool has not: InvalidParameterException."),
)
