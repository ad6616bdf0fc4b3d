"""The life of an identity (§7)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, I, O, U

# fmt: off
BEHAVIOURS = (
    Behaviour("lifecycle-01", "§7.1", D, "A guest has no logins, the unauthenticated role, and a token with amr [unauthenticated]."),
    Behaviour("lifecycle-02", "§7.2", D, "A login that nobody owns is linked to the guest that brings it; the id stays."),
    Behaviour("lifecycle-03", "§7.3", D, "A guest that brings an owned login gives way: the owner's id answers, the guest is disabled."),
    Behaviour("lifecycle-04", "§7.4", D, "An unowned login beside a proven one is linked to that identity."),
    Behaviour("lifecycle-05", "§7.4", D, "An identity has at most one login of a public provider; a second one is ResourceConflictException."),
    Behaviour("lifecycle-06", "§7.5", D, "Tokens of two identities merge them: one owns all logins, the other is disabled."),
    Behaviour("lifecycle-07", "§7.6", D, "A disabled identity gets no token and no credentials, and stays listed."),
    Behaviour("lifecycle-08", "§7.6", I, "A disabled identity with a login of its owner answers with the owner's id."),
    Behaviour("lifecycle-09", "§7.7", D, "Without its last login an identity stays, but nobody can use it."),
    Behaviour("lifecycle-10", "§7.8", O, "A deleted identity's id is not found; its user is new."),
    Behaviour("lifecycle-11", "§7.9", D, "A user pool's user who is deleted or signed out keeps the identity; with ServerSideTokenCheck their token brings neither a token nor credentials, but NotAuthorizedException."),
    Behaviour("lifecycle-12", "§7.10", I, "LastModifiedDate changes on link, merge and unlink; CreationDate never does."),
    Behaviour("lifecycle-13", "§7.11", D, "A pool holds any number of identities: no quota counts them."),
    Behaviour("lifecycle-14", "§7", D, "Whatever the sequence of calls, nobody is lost, no login has two owners, and the deleted and disabled stay so."),
    Behaviour("lifecycle-15", "§7.5", I, "A refused merge or link changes nothing."),
    Behaviour("lifecycle-16", "§7.9", U, "The text that refuses a signed-out user is this service's own, and GetId does not look.", default="cognito_identity_local.errors:LOCAL_SIGNED_OUT"),
)
