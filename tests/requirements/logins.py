"""Login tokens (§8)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, I, O

# fmt: off
BEHAVIOURS = (
    Behaviour("logins-01", "§8", D, "A user pool's id token: issuer https://<key>, audience one of the configured clients, not expired."),
    Behaviour("logins-02", "§8", D, "A user pool of China has its own suffix, amazonaws.com.cn."),
    Behaviour("logins-03", "§8", D, "Google: an id token for a configured client."),
    Behaviour("logins-04", "§8", D, "Apple: an id token."),
    Behaviour("logins-05", "§8", D, "Facebook and Amazon: an access token, which is no JWT."),
    Behaviour("logins-06", "§8", D, "Twitter and Digits: token;secret."),
    Behaviour("logins-07", "§8", D, "OIDC: the address of the IAM provider without https:// is the key, an id token of that issuer the value."),
    Behaviour("logins-08", "§8", D, "SAML: the provider's ARN is the key, a base64 assertion the value."),
    Behaviour("logins-09", "§8", D, "cognito-identity.amazonaws.com: a token of the developer flow, for GetCredentialsForIdentity only."),
    Behaviour("logins-10", "§8", D, "All tokens of one call must be valid."),
    Behaviour("logins-11", "§8", D, "A token is accepted until 300 seconds after its expiry."),
    Behaviour("logins-12", "§8", D, "Signatures are verified with the issuer's RSA keys, where the user has named them (options-02)."),
    Behaviour("logins-13", "§8", D, "SAML is for the enhanced flow only.", deferral="With which words AWS refuses an assertion in the classic flow nobody has published; until then it is answered like an OIDC token (unknowns-26)."),
    Behaviour("logins-14", "§8", O, "A public provider may have several app ids, separated by semicolons."),
    Behaviour("logins-15", "§8", I, "Whatever text stands in the place of a token is refused with a modelled error."),
    Behaviour("logins-16", "§8", D, "OIDC: azp, else aud, must be a client id of the IAM provider, and its certificate must have the thumbprint that stands there.", deferral="Client ids and thumbprints stand in IAM, which the service has not: any client is accepted. The same rule for azp and aud holds where a pool lists its clients (logins-17)."),
    Behaviour("logins-17", "§8", I, "Of a public provider's token azp, else one of aud, must be a configured app id."),
    Behaviour("logins-18", "§8", O, "In China the key for a pool's own tokens is cognito-identity.<region>.amazonaws.com.cn; under the classic key the issuer does not match."),
)
