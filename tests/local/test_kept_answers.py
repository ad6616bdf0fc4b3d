"""Answers that are kept as text: byte for byte what the models of the catalogue make of the same content."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from cognito_identity_local.answers import published
from cognito_identity_local.descriptions import LOCAL_DISABLED_LOGINS, description
from cognito_identity_tools.operations.identities import IdentityDescription, ListIdentitiesResponse
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.shapes import Shape

from .client import Client, post
from .conftest import TestClock
from .people import ALL_PROVIDERS, DEVELOPER, GOOGLE, USER_POOL, google, user_pool

pytestmark = pytest.mark.local_only

moments = st.floats(0, 4_000_000_000)


def again(model: type[Shape], body: bytes) -> bytes:
    """The answer, read by its model and written by it."""
    return published(model.model_validate_json(body, strict=False))


def identities_of_every_kind(aws: Client, clock: TestClock, pool: str) -> list[str]:
    """A guest, a user with two logins, one who has lost their login, and one who was merged into the second."""
    guest = aws.get_id(pool)
    clock.now += 0.1234
    merged = aws.get_id(pool, {GOOGLE: google("ann")})
    two = aws.get_id(pool, {USER_POOL: user_pool("ann")})
    clock.now += 0.5
    lost = aws.get_id(pool, {GOOGLE: google("bob")})
    logins = {GOOGLE: google("bob")}
    aws.call("unlink_identity", identity_id=lost, logins=logins, logins_to_remove=[GOOGLE])
    aws.get_id(pool, {USER_POOL: user_pool("ann"), GOOGLE: google("ann")})
    return [guest, merged, two, lost]


@pytest.mark.holds("wire-07", "wire-18", "wire-19", "identities-13", "identities-16")
def test_a_page_of_every_kind_is_what_the_models_make(aws: Client, clock: TestClock) -> None:
    pool = aws.create_pool(**ALL_PROVIDERS)
    made = identities_of_every_kind(aws, clock, pool)
    for size in (1, 3, 60):
        body = post(aws.url, "ListIdentities", {"IdentityPoolId": pool, "MaxResults": size}).body
        assert body == again(ListIdentitiesResponse, body)
        assert body.count(b'"IdentityId"') == min(size, len(made))
    for identity in made:
        described = post(aws.url, "DescribeIdentity", {"IdentityId": identity}).body
        assert described == again(IdentityDescription, described)
        assert described in body


@pytest.mark.holds("identity_pools-01", "wire-07")
def test_a_pool_is_what_the_model_makes(aws: Client) -> None:
    settings = {
        "IdentityPoolName": "p q",
        "AllowUnauthenticatedIdentities": False,
        "IdentityPoolTags": {"b": "ä", "a": ""},
    }
    created = post(aws.url, "CreateIdentityPool", settings).body
    pool = json.loads(created)["IdentityPoolId"]
    assert created == again(IdentityPool, created)
    assert post(aws.url, "DescribeIdentityPool", {"IdentityPoolId": pool}).body == created
    none: list[str] = []
    changed = {**settings, "IdentityPoolId": pool, "SupportedLoginProviders": {GOOGLE: "app"}, "SamlProviderARNs": none}
    updated = post(aws.url, "UpdateIdentityPool", changed).body
    assert updated == again(IdentityPool, updated)
    assert post(aws.url, "DescribeIdentityPool", {"IdentityPoolId": pool}).body == updated


@pytest.mark.holds("identities-13", "wire-07")
def test_a_page_of_nobody(aws: Client) -> None:
    pool = aws.create_pool()
    body = post(aws.url, "ListIdentities", {"IdentityPoolId": pool, "MaxResults": 60}).body
    assert body == f'{{"IdentityPoolId":"{pool}","Identities":[]}}'.encode()


@pytest.mark.holds("wire-18", "wire-19", "identities-13")
@given(moments, moments, st.lists(st.sampled_from([GOOGLE, USER_POOL, DEVELOPER, 'a"b\\c\u2028ä'])), st.booleans())
def test_any_description_is_what_the_model_makes(
    created: float, modified: float, providers: list[str], is_disabled: bool
) -> None:
    text = description("us-east-1:0", created, modified, providers, is_disabled=is_disabled).encode()
    assert text == again(IdentityDescription, text)
    read = IdentityDescription.model_validate_json(text, strict=False)
    assert read.logins == (LOCAL_DISABLED_LOGINS if is_disabled else list(dict.fromkeys(providers)) or None)
    assert read.creation_date is not None
    assert abs(read.creation_date.timestamp() - created) < 0.001
