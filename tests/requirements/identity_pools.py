"""Pools (§5, §6.1–6.5)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, I, O, U

# fmt: off
BEHAVIOURS = (
    Behaviour("identity_pools-01", "§5", D, "Create, Describe and Update return the same structure."),
    Behaviour("identity_pools-02", "§5", O, "IdentityPoolId, IdentityPoolName, AllowUnauthenticatedIdentities and IdentityPoolTags ({} when none) are always there."),
    Behaviour("identity_pools-03", "§5", O, "Members that were never set are left out, neither null nor empty."),
    Behaviour("identity_pools-04", "§5", O, "AllowClassicFlow has three states; unset is left out and counts as allowed."),
    Behaviour("identity_pools-05", "§5", O, "ServerSideTokenCheck comes back as it was given, false included."),
    Behaviour("identity_pools-06", "§5", I, "Collections come back in the order in which they were sent."),
    Behaviour("identity_pools-07", "§5", D, "There is no creation date, user count or ARN in a pool."),
    Behaviour("identity_pools-08", "§6.1", D, "Names are not unique: every call makes a new pool with an id of the service's choice."),
    Behaviour("identity_pools-09", "§6.1", O, "A new pool has no roles."),
    Behaviour("identity_pools-10", "§6.1", O, "User pools, clients and OIDC providers that do not exist, also of other accounts, are accepted."),
    Behaviour("identity_pools-11", "§6.1", O, "One user pool may appear with several clients."),
    Behaviour("identity_pools-12", "§6.1", D, "A pool may have neither guests nor providers."),
    Behaviour("identity_pools-13", "§6.1", D, "One account has at most 1,000 pools in a region: LimitExceededException."),
    Behaviour("identity_pools-14", "§6.1", D, "DeveloperProviderName is set once, at creation or later, and never changed."),
    Behaviour("identity_pools-15", "§6.2", O, "DescribeIdentityPool of a pool that is gone is ResourceNotFoundException."),
    Behaviour("identity_pools-16", "§6.3", D, "UpdateIdentityPool replaces: providers that are left out are removed."),
    Behaviour("identity_pools-17", "§6.3", O, "DeveloperProviderName survives its omission in an update."),
    Behaviour("identity_pools-18", "§6.3", D, "An update may set the developer provider's name where there was none."),
    Behaviour("identity_pools-19", "§6.3", O, "An update may rename the pool."),
    Behaviour("identity_pools-20", "§6.3", I, "Leaving AllowClassicFlow out of an update opens the classic flow again."),
    Behaviour("identity_pools-21", "§6.3", I, "An update touches neither roles nor principal tags."),
    Behaviour("identity_pools-22", "§6.3", D, "After the app id of a provider has changed, its users' tokens are refused."),
    Behaviour("identity_pools-23", "§6.4", D, "Deleting a pool deletes its identities, for good, with an empty answer."),
    Behaviour("identity_pools-24", "§6.4", I, "A second deletion is ResourceNotFoundException."),
    Behaviour("identity_pools-25", "§6.5", D, "ListIdentityPools returns ids and names only, of this account and region, with NextToken only when there is more."),
    Behaviour("identity_pools-26", "§6.5", D, "ListIdentityPools requires MaxResults, 1 to 60."),
    Behaviour("identity_pools-27", "§6.5", I, "An account without pools has an empty list."),
    Behaviour("identity_pools-28", "§6.5", D, "The list works with the SDK's paginator."),
    Behaviour("identity_pools-29", "§6.1", U, "A SAML provider's ARN is accepted without looking whether the provider is there.", default="cognito_identity_local.operations.identity_pools:check_settings"),
    Behaviour("identity_pools-30", "§6.1", U, "A key of SupportedLoginProviders beside the six known ones is accepted; its users bring OpenID tokens of that issuer.", default="cognito_identity_local.providers:_public"),
)
