"""Which claims of a login token the user can have written."""

from __future__ import annotations

_PROFILE = frozenset(
    {
        "address",
        "birthdate",
        "cognito:username",
        "email",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "picture",
        "preferred_username",
        "profile",
        "username",
        "website",
        "zoneinfo",
    }
)
"""The standard claims of OpenID Connect that describe a person, and the names that people choose at sign-up."""

_CUSTOM = "custom:"
"""Before a user pool's custom attributes, which app clients may write unless they are told otherwise."""


def is_user_writable(claim: str) -> bool:
    """Whether a user may be able to write the claim.

    Groups, roles and what the issuer vouches for (`sub`, `email_verified`) are not writable. Whether one user pool lets
    its users write an attribute cannot be seen here, so every attribute that can be writable counts.
    Source: developer guide, role-based access control; user pool attributes.
    """
    return claim.startswith(_CUSTOM) or claim in _PROFILE
