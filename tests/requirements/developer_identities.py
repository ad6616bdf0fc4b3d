"""Developer-authenticated identities (§6.11–6.14, §9)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, I, O, U

# fmt: off
BEHAVIOURS = (
    Behaviour("developer_identities-01", "§6.11", D, "A user id is registered once; later calls return its identity with a fresh token."),
    Behaviour("developer_identities-02", "§6.11", D, "The token lives 900 seconds, or TokenDuration of 1 to 86,400."),
    Behaviour("developer_identities-03", "§6.11", D, "Logins hold one developer entry, and public logins beside."),
    Behaviour("developer_identities-04", "§6.11", D, "With a guest's IdentityId the user is linked to it and the id stays."),
    Behaviour("developer_identities-05", "§6.11", O, "Linking to an identity with logins needs one of them, valid, though the call is signed."),
    Behaviour("developer_identities-06", "§6.11", D, "A user of another identity is DeveloperUserAlreadyRegisteredException."),
    Behaviour("developer_identities-07", "§6.11", O, "It works where the classic flow is closed."),
    Behaviour("developer_identities-08", "§6.11", D, "PrincipalTags of the request go into the token."),
    Behaviour("developer_identities-09", "§6.12", D, "Look-up by user id gives the identity, by identity the user ids by page, by both checks one against the other."),
    Behaviour("developer_identities-10", "§6.12", D, "A mismatch is ResourceConflictException."),
    Behaviour("developer_identities-11", "§6.12", I, "Unknown is ResourceNotFoundException; neither given is InvalidParameterException."),
    Behaviour("developer_identities-12", "§6.13", D, "Merging attaches the source user to the destination's identity, whose id is returned; both users then get it."),
    Behaviour("developer_identities-13", "§6.13", D, "Two users of one public provider cannot be merged."),
    Behaviour("developer_identities-14", "§6.13", D, "A merged identity has at most 20 logins."),
    Behaviour("developer_identities-15", "§6.13", I, "The source's identity is disabled."),
    Behaviour("developer_identities-16", "§6.14", D, "An unlinked user counts as new; the answer is empty."),
    Behaviour("developer_identities-17", "§6.14", D, "Without its last user the identity stays and cannot be used."),
    Behaviour("developer_identities-18", "§9", D, "One identity may have several developer users."),
    Behaviour("developer_identities-19", "§9", D, "The developer's token opens a session under cognito-identity.amazonaws.com, and links public logins beside it."),
    Behaviour("developer_identities-20", "§9", D, "An identity with developer and public logins may use the public flow."),
    Behaviour("developer_identities-21", "§9", O, "The token's exp less iat is the duration that was asked for."),
    Behaviour("developer_identities-22", "§6.11", U, "Logins without an entry of the developer provider are an InvalidParameterException.", default="cognito_identity_local.operations.developer_identities:_developer_login"),
    Behaviour("developer_identities-23", "§6.12", D, "MaxResults of LookupDeveloperIdentity may be left out: then 60 user ids come at once."),
    Behaviour("developer_identities-24", "§6.14", U, "Unlinking a user that nobody knows is ResourceNotFoundException, one of another identity ResourceConflictException.", default="cognito_identity_local.operations.developer_identities:unlink_developer_identity"),
    Behaviour("developer_identities-25", "§6.13", D, "Both users of a merge must be developer users of the pool."),
)
