"""Users and their tokens. Nobody checks the signatures of other issuers here, so any third segment will do."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

NOW = 1_800_000_000.0
"""When the service of the tests starts, on its own clock."""

USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc123"
CLIENT = "3abcdefghijk"
GOOGLE = "accounts.google.com"
FACEBOOK = "graph.facebook.com"
TWITTER = "api.twitter.com"
OIDC = "token.actions.githubusercontent.com"
OIDC_ARN = f"arn:aws:iam::123456789012:oidc-provider/{OIDC}"
SAML_ARN = "arn:aws:iam::123456789012:saml-provider/Corp"
DEVELOPER = "login.example"
ROLES = {kind: f"arn:aws:iam::123456789012:role/{kind}" for kind in ("authenticated", "unauthenticated")}

ALL_PROVIDERS = {
    "cognito_identity_providers": [{"ProviderName": USER_POOL, "ClientId": CLIENT, "ServerSideTokenCheck": False}],
    "supported_login_providers": {GOOGLE: "google-app", FACEBOOK: "1234", TWITTER: "key;secret"},
    "open_id_connect_provider_arns": [OIDC_ARN],
    "saml_provider_arns": [SAML_ARN],
    "developer_provider_name": DEVELOPER,
}


def _segment(content: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def jwt(**claims: object) -> str:
    """A JWT with these claims; those that are None are left out."""
    given = {name: value for name, value in claims.items() if value is not None}
    return f"{_segment({'alg': 'RS256', 'kid': 'k'})}.{_segment(given)}.c2lnbmF0dXJl"


def claims_of(token: str) -> dict[str, Any]:
    """What a JWT says, in its order."""
    text = token.split(".")[1]
    content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return content


def google(subject: str, **claims: object) -> str:
    return jwt(
        **{"iss": "https://accounts.google.com", "aud": "google-app", "sub": subject, "exp": NOW + 3600} | claims
    )


def user_pool(subject: str, **claims: object) -> str:
    return jwt(**{"iss": f"https://{USER_POOL}", "aud": CLIENT, "sub": subject, "exp": int(NOW) + 3600} | claims)


def github(subject: str, **claims: object) -> str:
    return jwt(**{"iss": f"https://{OIDC}", "aud": "sts", "sub": subject, "exp": NOW + 3600} | claims)


def assertion(name: str | None, *roles: str, until: str = "2099-01-01T00:00:00Z", doctype: str = "") -> str:
    """A SAML response with an assertion about `name`, whose Role attribute pairs each role with the provider."""
    subject = f"<s:Subject><s:NameID>{name}</s:NameID></s:Subject>" if name else ""
    values = "".join(f"<s:AttributeValue>{role},{SAML_ARN}</s:AttributeValue>" for role in roles)
    xml = (
        f'{doctype}<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" '
        'xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion">'
        f'<s:Assertion>{subject}<s:Conditions NotOnOrAfter="{until}"/><s:AttributeStatement>'
        f'<s:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role">{values}</s:Attribute>'
        "</s:AttributeStatement></s:Assertion></p:Response>"
    )
    return base64.b64encode(xml.encode()).decode()
