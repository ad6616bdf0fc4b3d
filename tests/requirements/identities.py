"""GetId, UnlinkIdentity, ListIdentities, DescribeIdentity, DeleteIdentities (§6.8, §6.15–6.18)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, I, O

# fmt: off
BEHAVIOURS = (
    Behaviour("identities-01", "§6.8", O, "GetId without logins makes a new identity every time."),
    Behaviour("identities-02", "§6.8", D, "GetId with logins returns the identity that has them, else makes one with all of them."),
    Behaviour("identities-03", "§6.8", D, "GetId is idempotent for a login, at once and later."),
    Behaviour("identities-04", "§6.8", D, "One bad token fails the whole call, and nothing is made."),
    Behaviour("identities-05", "§6.8", O, "A user is a subject at a provider: different subjects are different identities."),
    Behaviour("identities-06", "§6.8", I, "GetId with logins of two identities merges them."),
    Behaviour("identities-07", "§6.8", D, "GetId accepts neither the developer provider's name nor a Cognito token."),
    Behaviour("identities-08", "§6.8", D, "AccountId is optional."),
    Behaviour("identities-09", "§6.15", D, "UnlinkIdentity removes proven logins with an empty answer; the login counts as new next time."),
    Behaviour("identities-10", "§6.15", I, "Each login to remove has to be proven by its own token."),
    Behaviour("identities-11", "§6.16", D, "ListIdentities requires the pool and MaxResults of 1 to 60; it pages by NextToken."),
    Behaviour("identities-12", "§6.16", D, "Disabled identities are listed unless HideDisabled is set."),
    Behaviour("identities-13", "§6.16", O, "An item has IdentityId, CreationDate, LastModifiedDate and, unless it is a guest, Logins with provider names."),
    Behaviour("identities-14", "§6.16", O, "Both dates are equal at creation."),
    Behaviour("identities-15", "§6.16", O, "A new identity is in the list at once."),
    Behaviour("identities-16", "§6.17", O, "DescribeIdentity has the same shape; a developer user shows as the provider's name, not as the user id."),
    Behaviour("identities-17", "§6.18", D, "DeleteIdentities answers with UnprocessedIdentityIds, [] on success."),
    Behaviour("identities-18", "§6.18", D, "DeleteIdentities takes 1 to 60 ids of any pool."),
    Behaviour("identities-19", "§6.18", D, "An id that may not be deleted is listed with AccessDenied; the rest is deleted."),
    Behaviour("identities-20", "§6.15", D, "Removing the last login leaves an identity that nobody can use."),
    Behaviour("identities-21", "§6.15", D, "UnlinkIdentity fails as GetOpenIdToken does, ExternalServiceException included."),
)
