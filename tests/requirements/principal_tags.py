"""Attributes for access control (§6.19, §6.20, §13)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, I, O, U

# fmt: off
BEHAVIOURS = (
    Behaviour("principal_tags-01", "§6.19", D, "Get returns all four members."),
    Behaviour("principal_tags-02", "§6.20", D, "Set replaces the provider's map and returns what is stored; setting it again changes nothing."),
    Behaviour("principal_tags-03", "§6.20", O, "UseDefaults with an empty map is accepted, and stays readable."),
    Behaviour("principal_tags-04", "§6.20", O, "A user pool is named without its client, an OIDC provider by its ARN."),
    Behaviour("principal_tags-05", "§6.20", I, "A public provider is named by its key."),
    Behaviour("principal_tags-06", "§13", D, "Defaults map aud and sub, for Facebook and Amazon the app id and the user id."),
    Behaviour("principal_tags-07", "§13", O, "The default tags are named client and username."),
    Behaviour("principal_tags-08", "§13", D, "Values of more than 460 bytes together make the enhanced flow fail with the generic configuration error."),
    Behaviour("principal_tags-09", "§13", D, "At most 50 tags, keys to 128, claims to 256 characters."),
    Behaviour("principal_tags-10", "§13", D, "The role's trust policy must allow sts:TagSession.", deferral="Trust policies are IAM's, which the service has not: every role counts as one that allows it."),
    Behaviour("principal_tags-11", "§13", O, "A mapped tag overrides the role's own tag of that name.", deferral="A role's own tags are IAM's, which the service has not."),
    Behaviour("principal_tags-12", "§13", D, "SAML's defaults map the assertion's name; Twitter's the app and the user."),
    Behaviour("principal_tags-13", "§12.6", D, "A session takes its tags from the token: a developer user's are those of the request that issued it."),
    Behaviour("principal_tags-14", "§13", U, "Of several logins with the same tag the first one of the request gives the value.", default="cognito_identity_local.session_tags:session_tags"),
)
