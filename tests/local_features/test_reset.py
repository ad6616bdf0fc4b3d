"""POST /reset: the data as it was at the start, for all accounts or for one."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cognito_identity_local import errors
from tests.clocks import NOW

from .issuer import claims, rsa, signed
from .service import ACCOUNT, Service, serving

OTHER = "111122223333"
USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc123"
POOL, IDENTITY = "us-east-1:11111111-2222-4333-8444-555555555555", "us-east-1:aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
SEED = {
    "Pools": [
        {
            "IdentityPoolId": POOL,
            "IdentityPoolName": "mine",
            "AllowUnauthenticatedIdentities": True,
            "Identities": [{"IdentityId": IDENTITY}],
        },
        {"AccountId": OTHER, "IdentityPoolName": "theirs", "AllowUnauthenticatedIdentities": False},
    ]
}


def reset(service: Service, content: bytes = b"") -> tuple[int, bytes]:
    return exchange(service, "POST", "/reset", content)


def exchange(service: Service, method: str, path: str, content: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=20)
    try:
        connection.request(method, path, content, headers)
        found = connection.getresponse()
        return found.status, found.read()
    finally:
        connection.close()


def names(service: Service, *accounts: str) -> Sequence[Sequence[str]]:
    listed = [replace(service, account=each).call("ListIdentityPools", MaxResults=60) for each in accounts]
    return [[pool["IdentityPoolName"] for pool in each["IdentityPools"]] for each in listed]


@pytest.mark.holds("options-20")
def test_a_reset_empties_every_account_and_region() -> None:
    with serving() as service:
        identity = service.get_id(service.create_pool())
        replace(service, account=OTHER).create_pool()
        replace(service, region="eu-west-1").create_pool()
        assert reset(service) == (200, b"{}")
        assert names(service, ACCOUNT, OTHER) == names(replace(service, region="eu-west-1"), ACCOUNT, OTHER)
        assert names(service, ACCOUNT, OTHER) == [[], []]
        assert service.refused("DescribeIdentity", IdentityId=identity).code == "ResourceNotFoundException"


@pytest.mark.holds("options-20")
def test_a_reset_of_an_account_leaves_the_others() -> None:
    with serving() as service:
        service.create_pool(IdentityPoolName="mine")
        replace(service, account=OTHER).create_pool(IdentityPoolName="theirs")
        assert reset(service, json.dumps({"AccountId": ACCOUNT}).encode()) == (200, b"{}")
        assert names(service, ACCOUNT, OTHER) == [[], ["theirs"]]


@pytest.mark.holds("options-20")
@pytest.mark.parametrize("content", [b"", b"{}"])
def test_a_reset_loads_the_seed_again(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "seed.json"
    file.write_text(json.dumps(SEED))
    with serving(seed=file, data=tmp_path / "data.sqlite3") as service:
        before = service.call("ListIdentities", IdentityPoolId=POOL, MaxResults=60)
        service.create_pool(IdentityPoolName="more")
        service.get_id(POOL)
        service.call("DeleteIdentities", IdentityIdsToDelete=[IDENTITY])
        assert reset(service, content) == (200, b"{}")
        assert names(service, ACCOUNT, OTHER) == [["mine"], ["theirs"]]
        assert service.call("ListIdentities", IdentityPoolId=POOL, MaxResults=60) == before


@pytest.mark.holds("options-20")
def test_a_reset_of_an_account_loads_its_part_of_the_seed_again(tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    file.write_text(json.dumps(SEED))
    with serving(seed=file) as service:
        for account in (ACCOUNT, OTHER):
            replace(service, account=account).create_pool(IdentityPoolName="more")
        assert reset(service, json.dumps({"AccountId": OTHER}).encode()) == (200, b"{}")
        assert names(service, ACCOUNT, OTHER) == [["mine", "more"], ["theirs"]]


@pytest.mark.holds("options-20")
def test_a_reset_forgets_who_was_signed_out_and_keeps_the_keys() -> None:
    roles = {"authenticated": "arn:aws:iam::123456789012:role/users"}
    entry = {"ProviderName": USER_POOL, "ClientId": "app", "ServerSideTokenCheck": True}
    logins = {USER_POOL: signed(claims("ann", USER_POOL, aud="app", iat=NOW), rsa(1))}
    with serving() as service:

        def credentials() -> str | None:
            pool = service.create_pool(CognitoIdentityProviders=[entry])
            service.call("SetIdentityPoolRoles", IdentityPoolId=pool, Roles=roles)
            named = {"IdentityId": service.get_id(pool, **logins), "Logins": logins}
            refused = service.outcome("GetCredentialsForIdentity", **named)
            return refused.message if refused else None

        connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=20)
        connection.request("POST", "/signed-out", json.dumps({USER_POOL: "ann"}))
        assert connection.getresponse().read() == b"{}"
        connection.request("GET", "/.well-known/jwks_uri")
        keys = connection.getresponse().read()
        assert credentials() == errors.LOCAL_SIGNED_OUT
        reset(service)
        assert credentials() is None
        connection.request("GET", "/.well-known/jwks_uri")
        assert connection.getresponse().read() == keys
        connection.close()


@pytest.mark.holds("options-20")
@pytest.mark.parametrize(
    "content", [b"[]", b"null", b"{", b'{"AccountId":null}', b'{"AccountId":"12"}', b'{"accountId":"123456789012"}']
)
def test_a_reset_that_cannot_be_read_resets_nothing(content: bytes) -> None:
    with serving() as service:
        service.create_pool()
        status, answer = reset(service, content)
        assert (status, json.loads(answer)["__type"]) == (400, "SerializationException")
        assert names(service, ACCOUNT) == [["pool"]]


@pytest.mark.holds("options-22")
@pytest.mark.parametrize(("method", "path"), [("POST", "/reset"), ("POST", "/signed-out"), ("GET", "/dump")])
def test_a_web_page_controls_nothing(method: str, path: str) -> None:
    with serving() as service:
        service.create_pool()
        before = names(service, ACCOUNT)
        status, body = exchange(service, method, path, b"{}", Origin="https://any.example")
        assert (status, json.loads(body)) == (
            400,
            {"__type": "AccessDeniedException", "message": errors.LOCAL_NOT_FOR_PAGES},
        )
        assert names(service, ACCOUNT) == before != [[]]
