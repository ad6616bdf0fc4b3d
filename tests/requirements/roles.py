"""Roles of a pool (§6.6, §6.7), and which one a session gets (§6.9, §12)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, I, O

# fmt: off
BEHAVIOURS = (
    Behaviour("roles-01", "§6.6", D, "GetIdentityPoolRoles leaves RoleMappings out when there are none."),
    Behaviour("roles-02", "§6.7", O, "SetIdentityPoolRoles replaces the whole configuration: a role or mapping that is left out is gone."),
    Behaviour("roles-03", "§6.7", O, "Roles may be empty, and so may RoleMappings."),
    Behaviour("roles-04", "§6.7", D, "Roles has no keys but authenticated and unauthenticated."),
    Behaviour("roles-05", "§6.7", O, "Neither a role's trust policy nor whether it is there is looked at when roles are set."),
    Behaviour("roles-06", "§6.7", D, "Mapping keys are public providers, <user pool>:<client id>, and ARNs of OIDC and SAML providers."),
    Behaviour("roles-07", "§6.7", D, "A mapping needs AmbiguousRoleResolution, and rules exactly if its type is Rules."),
    Behaviour("roles-08", "§6.7", D, "Setting any mapping closes GetOpenIdToken for the pool."),
    Behaviour("roles-09", "§6.7", D, "Setting the same roles again changes nothing."),
    Behaviour("roles-10", "§6.9", D, "GetCredentialsForIdentity returns IdentityId and AccessKeyId, SecretKey (not SecretAccessKey), SessionToken and Expiration."),
    Behaviour("roles-11", "§6.9", D, "A session lasts one hour, is named CognitoIdentityCredentials, and its key starts with ASIA."),
    Behaviour("roles-12", "§6.9", O, "The enhanced flow works whatever AllowClassicFlow says, and with role mappings."),
    Behaviour("roles-13", "§6.9", I, "The answer's IdentityId is another one after a merge."),
    Behaviour("roles-14", "§12.1", D, "Without logins the session gets the unauthenticated role; none is InvalidIdentityPoolConfigurationException."),
    Behaviour("roles-15", "§12.2", D, "A developer identity's token gets the default authenticated role, whatever the mappings."),
    Behaviour("roles-16", "§12.3", D, "Type Token: cognito:preferred_role decides; a custom role must be among cognito:roles."),
    Behaviour("roles-17", "§12.3", D, "Type Token without a preferred role: the ambiguous resolution decides, default role or refusal."),
    Behaviour("roles-18", "§12.3", I, "A token without any role claim counts as ambiguous."),
    Behaviour("roles-19", "§12.3", D, "Type Rules: the first rule that matches wins, by Equals, Contains, StartsWith and NotEqual."),
    Behaviour("roles-20", "§12.3", D, "NotEqual does not match where the claim is absent."),
    Behaviour("roles-21", "§12.3", O, "A custom role may be that of any rule of the mapping."),
    Behaviour("roles-22", "§12.3", I, "Claims are compared as text, case-sensitively; a list is joined, so that Contains finds its parts."),
    Behaviour("roles-23", "§12.4", D, "Without a mapping the authenticated role is assumed; none is InvalidIdentityPoolConfigurationException."),
    Behaviour("roles-24", "§12.5", D, "SAML: the assertion's Role attribute brings the role, without roles of the pool; of several, CustomRoleArn has to choose. A role mapping of the provider comes first."),
    Behaviour("roles-25", "§12.6", D, "Whatever STS refuses is the one generic configuration error."),
    Behaviour("roles-26", "§12.7", D, "Sessions of guests are scoped down to a list of services.", deferral="The credentials open nothing, so that there is nothing to scope down."),
    Behaviour("roles-27", "§12.3", D, "Custom attributes are named with custom: in rules."),
    Behaviour("roles-28", "§11", D, "The classic flow hands the token to STS for any role that trusts it.", deferral="AssumeRoleWithWebIdentity is STS's operation, which the service has not. What STS would read, the token's claims and signature, is held by tokens-01 to tokens-08."),
    Behaviour("roles-29", "§11", O, "A pool with plain roles and without mappings works in both flows."),
    Behaviour("roles-30", "§6.9", O, "The enhanced flow assumes roles of the pool's account only, also where a token or an assertion offers another."),
)
