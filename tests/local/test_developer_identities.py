"""Users of the app's own sign-in (fact sheet §9, §6.11–6.14)."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_identity_local import errors

from .client import Client, Refused
from .people import ALL_PROVIDERS, DEVELOPER, GOOGLE, USER_POOL, google, user_pool

NO_MATCH = Refused("NotAuthorizedException", errors.LOGINS_DO_NOT_MATCH)
NOT_REGISTERED = Refused("ResourceNotFoundException", errors.LOCAL_DEVELOPER_USER_NOT_FOUND)
WRONG_NAME = Refused(
    "InvalidParameterException", "This identity pool does not support the specified developer provider"
)
TOKEN = "get_open_id_token_for_developer_identity"


@pytest.fixture
def pool(aws: Client) -> str:
    return aws.create_pool(**ALL_PROVIDERS, allow_classic_flow=False)


def sign_in(aws: Client, pool: str, user: str, public: dict[str, str] | None = None, **members: Any) -> str:
    logins = {DEVELOPER: user, **(public or {})}
    return str(aws.call(TOKEN, identity_pool_id=pool, logins=logins, **members)["IdentityId"])


def users(aws: Client, pool: str, identity: str) -> list[str]:
    found = aws.call("lookup_developer_identity", identity_pool_id=pool, identity_id=identity)
    assert found["IdentityId"] == identity
    return list(found["DeveloperUserIdentifierList"])


def merge(pool: str, source: str, destination: str) -> dict[str, str]:
    return {
        "source_user_identifier": source,
        "destination_user_identifier": destination,
        "developer_provider_name": DEVELOPER,
        "identity_pool_id": pool,
    }


def unlink(pool: str, identity: str, user: str) -> dict[str, str]:
    return {
        "identity_id": identity,
        "identity_pool_id": pool,
        "developer_provider_name": DEVELOPER,
        "developer_user_identifier": user,
    }


@pytest.mark.holds("developer_identities-01", "developer_identities-07", "identities-16")
def test_a_user_is_registered_once(aws: Client, pool: str) -> None:
    identity = sign_in(aws, pool, "ann")
    assert sign_in(aws, pool, "ann") == identity
    assert sign_in(aws, pool, "bob") != identity
    assert aws.call("describe_identity", identity_id=identity)["Logins"] == [DEVELOPER]


@pytest.mark.holds("developer_identities-04")
def test_a_guest_is_upgraded_by_the_developer(aws: Client, pool: str) -> None:
    guest = aws.get_id(pool)
    assert sign_in(aws, pool, "ann", identity_id=guest) == guest
    assert sign_in(aws, pool, "ann") == guest
    assert sign_in(aws, pool, "ann", identity_id=guest) == guest


@pytest.mark.local_only
@pytest.mark.holds("developer_identities-05", "developer_identities-18", "developer_identities-03", "errors-07")
def test_linking_to_a_user_needs_one_of_its_logins(aws: Client, pool: str) -> None:
    identity = aws.get_id(pool, {GOOGLE: google("ann")})
    logins = {DEVELOPER: "ann"}
    assert aws.refused(TOKEN, identity_pool_id=pool, identity_id=identity, logins=logins) == NO_MATCH
    assert sign_in(aws, pool, "ann", {GOOGLE: google("ann")}, identity_id=identity) == identity
    assert aws.call("describe_identity", identity_id=identity)["Logins"] == [GOOGLE, DEVELOPER]
    assert sign_in(aws, pool, "ann2", {GOOGLE: google("ann")}) == identity
    assert users(aws, pool, identity) == ["ann", "ann2"]


@pytest.mark.holds("developer_identities-06", "errors-27", "unknowns-02")
def test_a_user_of_another_identity_is_already_registered(aws: Client, pool: str) -> None:
    sign_in(aws, pool, "ann")
    refused = aws.refused(TOKEN, identity_pool_id=pool, identity_id=aws.get_id(pool), logins={DEVELOPER: "ann"})
    assert refused == Refused("DeveloperUserAlreadyRegisteredException", errors.LOCAL_ALREADY_REGISTERED)


@pytest.mark.local_only
@pytest.mark.holds("developer_identities-03", "developer_identities-20", "lifecycle-06", "errors-05")
def test_public_logins_are_linked_and_merged(aws: Client, pool: str) -> None:
    google_user = aws.get_id(pool, {GOOGLE: google("ann")})
    identity = sign_in(aws, pool, "ann", {USER_POOL: user_pool("ann")})
    assert sign_in(aws, pool, "ann", {GOOGLE: google("ann")}) == identity
    assert aws.get_id(pool, {GOOGLE: google("ann")}) == aws.get_id(pool, {USER_POOL: user_pool("ann")}) == identity
    assert aws.refused("get_credentials_for_identity", identity_id=google_user).message == (
        f"Access to Identity '{google_user}' is forbidden."
    )


@pytest.mark.holds("errors-22", "developer_identities-03", "developer_identities-22")
def test_the_logins_need_an_entry_of_the_pools_developer(aws: Client, pool: str) -> None:
    plain = aws.create_pool()
    assert aws.refused(TOKEN, identity_pool_id=pool, logins={"other": "ann"}) == WRONG_NAME
    assert aws.refused(TOKEN, identity_pool_id=plain, logins={DEVELOPER: "ann"}) == WRONG_NAME
    assert aws.refused(TOKEN, identity_pool_id=pool, logins={GOOGLE: google("ann")}) == Refused(
        "InvalidParameterException", errors.LOCAL_NO_DEVELOPER_LOGIN
    )
    assert aws.refused(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "x" * 1025}) == Refused(
        "InvalidParameterException", errors.LOCAL_DEVELOPER_USER_TOO_LONG
    )


@pytest.mark.holds("errors-02", "errors-07", "errors-05", "developer_identities-17")
def test_an_identity_that_is_unknown_elsewhere_or_lost(aws: Client, pool: str) -> None:
    unknown, elsewhere = "us-east-1:0", aws.get_id(aws.create_pool())
    lost, merged = sign_in(aws, pool, "ann"), sign_in(aws, pool, "cem")
    sign_in(aws, pool, "dan")
    aws.call("merge_developer_identities", **merge(pool, "cem", "dan"))
    aws.call("unlink_developer_identity", **unlink(pool, lost, "ann"))

    def refused(identity: str) -> Refused:
        return aws.refused(TOKEN, identity_pool_id=pool, identity_id=identity, logins={DEVELOPER: "bob"})

    assert refused(unknown) == Refused("ResourceNotFoundException", "Identity 'us-east-1:0' not found.")
    assert refused(elsewhere) == NO_MATCH
    for identity in (lost, merged):
        expected = Refused("NotAuthorizedException", f"Access to Identity '{identity}' is forbidden.")
        assert refused(identity) == expected


@pytest.mark.holds(
    "developer_identities-09", "developer_identities-10", "developer_identities-11", "errors-26", "unknowns-01"
)
def test_looking_up_by_user_by_identity_and_by_both(aws: Client, pool: str) -> None:
    ann, bob = sign_in(aws, pool, "ann"), sign_in(aws, pool, "bob")
    expected = {"IdentityId": ann, "DeveloperUserIdentifierList": ["ann"]}

    def lookup(**members: str) -> dict[str, Any]:
        return aws.call("lookup_developer_identity", identity_pool_id=pool, **members)

    def refused(**members: str) -> Refused:
        return aws.refused("lookup_developer_identity", identity_pool_id=pool, **members)

    assert lookup(developer_user_identifier="ann") == expected
    assert lookup(identity_id=ann) == expected
    assert lookup(identity_id=ann, developer_user_identifier="ann") == expected
    assert refused(identity_id=bob, developer_user_identifier="ann") == Refused(
        "ResourceConflictException", errors.LOCAL_LOOKUP_MISMATCH
    )
    assert refused(developer_user_identifier="eve") == NOT_REGISTERED
    elsewhere = aws.get_id(aws.create_pool())
    for gone in ("us-east-1:0", elsewhere):
        assert refused(identity_id=gone) == Refused("ResourceNotFoundException", f"Identity '{gone}' not found.")
    assert refused() == Refused("InvalidParameterException", errors.LOCAL_NOTHING_TO_LOOK_UP)
    assert users(aws, pool, aws.get_id(pool)) == []


@pytest.mark.local_only
@pytest.mark.holds("developer_identities-12", "developer_identities-18")
def test_merging_moves_the_source_to_the_destination(aws: Client, pool: str) -> None:
    source, destination = sign_in(aws, pool, "ann", {GOOGLE: google("ann")}), sign_in(aws, pool, "bob")
    assert aws.call("merge_developer_identities", **merge(pool, "ann", "bob")) == {"IdentityId": destination}
    assert sign_in(aws, pool, "ann") == sign_in(aws, pool, "bob") == aws.get_id(pool, {GOOGLE: google("ann")})
    assert users(aws, pool, destination) == ["ann", "bob"]
    assert users(aws, pool, source) == []
    assert aws.call("merge_developer_identities", **merge(pool, "ann", "bob")) == {"IdentityId": destination}


@pytest.mark.local_only
@pytest.mark.holds("developer_identities-13", "developer_identities-25", "errors-22", "errors-26", "unknowns-01")
def test_merges_that_are_refused(aws: Client, pool: str) -> None:
    sign_in(aws, pool, "ann", {GOOGLE: google("ann")})
    sign_in(aws, pool, "bob", {GOOGLE: google("bob")})
    assert aws.refused("merge_developer_identities", **merge(pool, "ann", "bob")) == Refused(
        "ResourceConflictException", errors.LOCAL_MERGE_CONFLICT.format(GOOGLE)
    )
    assert aws.refused("merge_developer_identities", **merge(pool, "ann", "eve")) == NOT_REGISTERED
    assert aws.refused("merge_developer_identities", **merge(pool, "eve", "ann")) == NOT_REGISTERED
    wrong = {**merge(pool, "ann", "bob"), "developer_provider_name": "other"}
    assert aws.refused("merge_developer_identities", **wrong) == WRONG_NAME


@pytest.mark.holds("developer_identities-14", "unknowns-01")
def test_twenty_logins_can_be_merged_and_no_more(aws: Client, pool: str) -> None:
    names = [f"u{n}" for n in range(21)]
    for name in names:
        sign_in(aws, pool, name)
    for name in names[1:20]:
        aws.call("merge_developer_identities", **merge(pool, name, names[0]))
    assert aws.refused("merge_developer_identities", **merge(pool, names[20], names[0])) == Refused(
        "ResourceConflictException", errors.LOCAL_TOO_MANY_LOGINS.format(20)
    )


@pytest.mark.local_only
@pytest.mark.holds("developer_identities-16", "developer_identities-24", "errors-22", "errors-02")
def test_an_unlinked_user_counts_as_new(aws: Client, pool: str) -> None:
    identity, other = sign_in(aws, pool, "ann", {GOOGLE: google("ann")}), sign_in(aws, pool, "bob")
    assert aws.refused("unlink_developer_identity", **unlink(pool, identity, "bob")) == Refused(
        "ResourceConflictException", errors.LOCAL_LOOKUP_MISMATCH
    )
    assert aws.refused("unlink_developer_identity", **unlink(pool, identity, "eve")) == NOT_REGISTERED
    assert aws.refused("unlink_developer_identity", **unlink(pool, "us-east-1:0", "ann")).message == (
        "Identity 'us-east-1:0' not found."
    )
    wrong = {**unlink(pool, identity, "ann"), "developer_provider_name": "x"}
    assert aws.refused("unlink_developer_identity", **wrong) == WRONG_NAME
    assert aws.call("unlink_developer_identity", **unlink(pool, identity, "ann")) == {}
    assert aws.call("describe_identity", identity_id=identity)["Logins"] == [GOOGLE]
    assert sign_in(aws, pool, "ann") not in (identity, other)
