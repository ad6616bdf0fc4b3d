"""Whatever a login token says, the answer is an identity or one of AWS's refusals (fact sheet §8)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from cognito_identity_tools.catalogue import BY_AWS_NAME
from cognito_identity_tools.errors import COMMON
from cognito_identity_tools.shapes import aws_name

from .in_process import CLOCK, attempt, call
from .people import ALL_PROVIDERS, CLIENT, GOOGLE, NOW, OIDC, SAML_ARN, USER_POOL, assertion

pytestmark = pytest.mark.local_only

ROLE = "arn:aws:iam::123456789012:role/one"
AUDIENCES = {GOOGLE: "google-app", USER_POOL: CLIENT, OIDC: "any"}
CLAIMS: tuple[str, ...] = ("iss", "aud", "sub", "exp", "azp", "dept", "cognito:roles", "cognito:preferred_role")
BEYOND = "1e400"
"""Stands for the number: valid JSON that no float holds."""

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
nested = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
values = st.sampled_from([BEYOND, 10**300, -1, ROLE, [ROLE], ""]) | nested
claims = st.tuples(st.sampled_from(CLAIMS), values)


def segment(content: Mapping[str, Any]) -> str:
    text = json.dumps(content).replace(f'"{BEYOND}"', BEYOND)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@st.composite
def logins(draw: st.DrawFn) -> tuple[str, str]:
    key = draw(st.sampled_from(sorted(AUDIENCES)))
    good = {"iss": f"https://{key}", "aud": AUDIENCES[key], "sub": draw(st.sampled_from("abc")), "exp": NOW + 60}
    said = {**good, **dict(draw(st.lists(claims, max_size=2)))}
    return key, f"{segment({'alg': draw(values)})}.{segment(said)}.{draw(st.text('ab-_'))}"


@st.composite
def assertions(draw: st.DrawFn) -> tuple[str, str]:
    names = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FFF, exclude_characters="<&"), min_size=1)
    moments = st.datetimes().map(lambda at: at.isoformat()) | st.from_regex(r"[0-9TZ:+.-]{1,25}", fullmatch=True)
    return SAML_ARN, assertion(draw(names), *draw(st.lists(st.just(ROLE), max_size=2)), until=draw(moments))


@pytest.fixture(scope="module")
def pool() -> Iterator[str]:
    """With roles by token and by rules, and with a claim as a tag."""
    CLOCK.now = NOW
    settings_of_pool = {aws_name(name): value for name, value in ALL_PROVIDERS.items()}
    made = call("CreateIdentityPool", IdentityPoolName="p", AllowUnauthenticatedIdentities=True, **settings_of_pool)
    rule = {"Claim": "dept", "MatchType": "Contains", "Value": "a", "RoleARN": ROLE}
    rules = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    by_token = {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
    named = {"IdentityPoolId": made["IdentityPoolId"]}
    mappings = {f"{USER_POOL}:{CLIENT}": by_token, GOOGLE: rules}
    call("SetIdentityPoolRoles", **named, Roles={"authenticated": ROLE}, RoleMappings=mappings)
    for provider in (USER_POOL, GOOGLE, SAML_ARN):
        call("SetPrincipalTagAttributeMap", **named, IdentityProviderName=provider, PrincipalTags={"dept": "dept"})
    yield made["IdentityPoolId"]
    call("DeleteIdentityPool", **named)


@pytest.mark.holds("logins-15", "wire-26")
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.lists(logins() | assertions(), min_size=1, max_size=2))
def test_any_token_is_answered_or_refused_in_a_modelled_way(pool: str, presented: list[tuple[str, str]]) -> None:
    found, code = attempt("GetId", IdentityPoolId=pool, Logins=dict(presented))
    assert code in ("", *BY_AWS_NAME["GetId"].errors, *COMMON)
    if found is not None:
        named = {"IdentityId": found["IdentityId"], "Logins": dict(presented)}
        _, code = attempt("GetCredentialsForIdentity", **named)
        assert code in ("", *BY_AWS_NAME["GetCredentialsForIdentity"].errors, *COMMON)
        call("UnlinkIdentity", **named, LoginsToRemove=[key for key, _ in presented])
