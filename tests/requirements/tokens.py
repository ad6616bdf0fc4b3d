"""OpenID tokens that a pool issues (§6.10, §10, §11)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, O

# fmt: off
BEHAVIOURS = (
    Behaviour("tokens-01", "§10", O, "The header is kid (<region>-<n>), typ JWS, alg RS512, in this order."),
    Behaviour("tokens-02", "§10", O, "The payload's keys are sub, aud, amr, [tags], iss, [identity-pool-arn], exp, iat, in this order, and no others."),
    Behaviour("tokens-03", "§10", O, "The issuer is https://cognito-identity.amazonaws.com, and a regional one in GovCloud, China and opt-in regions."),
    Behaviour("tokens-04", "§10", O, "amr of a user: authenticated, then for each login the provider and the provider with its detail."),
    Behaviour("tokens-05", "§10", O, "Tags stand in the token only where they are mapped and the claim exists."),
    Behaviour("tokens-06", "§10", O, "The pool's ARN stands in the token only beside tags."),
    Behaviour("tokens-07", "§6.10", D, "A token of GetOpenIdToken lives 600 seconds."),
    Behaviour("tokens-08", "§10", D, "Discovery is at /.well-known/openid-configuration, the keys at /.well-known/jwks_uri: RSA of 2048 bits, use sig, alg RS512."),
    Behaviour("tokens-09", "§10", D, "The key document lists the keys of several regions."),
    Behaviour("tokens-10", "§10", O, "n in the real document is plain base64 with a leading zero byte.", deferral="A deliberate difference: strict JOSE libraries refuse that form, and tokens here shall verify with any of them. tokens-08 holds base64url."),
    Behaviour("tokens-11", "§6.10", D, "GetOpenIdToken returns IdentityId and Token; the id may differ from the one given."),
    Behaviour("tokens-12", "§6.10", D, "A guest needs only the id; nobody gets a guest's token for an identity with logins or a disabled one."),
    Behaviour("tokens-13", "§10", O, "All pools of a region share its keys: a token of another pool is told by aud alone, and refused."),
    Behaviour("tokens-14", "§10", D, "The key document may be cached for 30 days.", deferral="A deliberate difference: a region's key is made when it first signs, and keys in memory end with the process, so that whoever kept the document would refuse good tokens. Discovery, which stays the same, has the header."),
)
