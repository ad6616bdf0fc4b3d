"""The life of an identity (fact sheet §7): guest, linked, merged, disabled, unlinked, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_identity_local import errors
from cognito_identity_local.descriptions import LOCAL_DISABLED_LOGINS

from .client import Client, Refused
from .conftest import TestClock
from .people import ALL_PROVIDERS, DEVELOPER, FACEBOOK, GOOGLE, NOW, USER_POOL, google, user_pool

NO_GUESTS = Refused("NotAuthorizedException", "Unauthenticated access is not supported for this identity pool.")
NO_MATCH = Refused(
    "NotAuthorizedException",
    "Logins don't match. Please include at least one valid login for this identity or identity pool.",
)


def forbidden(identity: str) -> Refused:
    return Refused("NotAuthorizedException", f"Access to Identity '{identity}' is forbidden.")


def linked(aws: Client, identity: str) -> list[str] | None:
    return aws.call("describe_identity", identity_id=identity).get("Logins")


def listed(aws: Client, pool: str, **members: Any) -> list[str]:
    rows = aws.call("list_identities", identity_pool_id=pool, max_results=60, **members)["Identities"]
    return [row["IdentityId"] for row in rows]


@pytest.fixture(params=["get_open_id_token", "get_credentials_for_identity"])
def door(request: pytest.FixtureRequest) -> str:
    """Both operations that name an identity and bring logins treat it in the same way."""
    return str(request.param)


@pytest.mark.holds("identities-01", "identities-15", "identifiers-02")
def test_every_guest_is_another_one(aws: Client, pool: str) -> None:
    guests = [aws.get_id(pool) for _ in range(3)]
    assert len(set(guests)) == 3
    assert listed(aws, pool) == guests
    assert aws.get_id(pool, {}) not in guests
    assert {guest.split("-")[2][:8] for guest in guests} == {guests[0].split("-")[2][:8]}


@pytest.mark.local_only
@pytest.mark.holds("errors-04", "errors-30")
def test_no_guests_where_they_are_not_allowed(aws: Client, door: str) -> None:
    pool = aws.create_pool(**{**ALL_PROVIDERS, "allow_unauthenticated_identities": False})
    user = aws.get_id(pool, {GOOGLE: google("ann")})
    assert aws.refused("get_id", identity_pool_id=pool) == NO_GUESTS
    assert aws.refused(door, identity_id=user) == NO_GUESTS


@pytest.mark.local_only
@pytest.mark.holds("lifecycle-02", "lifecycle-12", "identities-03", "errors-05")
def test_a_guest_is_upgraded_under_its_own_id(aws: Client, pool: str, door: str, clock: TestClock) -> None:
    guest, login = aws.get_id(pool), {GOOGLE: google("ann")}
    clock.now = NOW + 5.25
    assert aws.call(door, identity_id=guest, logins=login)["IdentityId"] == guest
    described = aws.call("describe_identity", identity_id=guest)
    dates = [described.pop(name).timestamp() for name in ("CreationDate", "LastModifiedDate")]
    assert (described, dates) == ({"IdentityId": guest, "Logins": [GOOGLE]}, [NOW, NOW + 5.25])
    assert aws.get_id(pool, login) == guest
    assert aws.refused(door, identity_id=guest) == forbidden(guest)


@pytest.mark.local_only
@pytest.mark.holds(
    "lifecycle-03", "lifecycle-07", "lifecycle-08", "identities-12", "roles-13", "errors-05", "unknowns-06", "tokens-11"
)
def test_a_guest_with_an_owned_login_gives_way_to_the_owner(aws: Client, pool: str, door: str) -> None:
    login = {GOOGLE: google("ann")}
    owner, guest = aws.get_id(pool, login), aws.get_id(pool)
    assert aws.call(door, identity_id=guest, logins=login)["IdentityId"] == owner
    assert linked(aws, guest) == LOCAL_DISABLED_LOGINS
    assert listed(aws, pool) == [owner, guest]
    assert listed(aws, pool, hide_disabled=True) == [owner]
    assert aws.refused(door, identity_id=guest) == forbidden(guest)
    assert aws.refused(door, identity_id=guest, logins={GOOGLE: google("bob")}) == NO_MATCH
    assert aws.call(door, identity_id=guest, logins=login)["IdentityId"] == owner


@pytest.mark.local_only
@pytest.mark.holds("lifecycle-04")
def test_a_second_login_is_linked_beside_a_proven_one(aws: Client, pool: str, door: str) -> None:
    login = {GOOGLE: google("ann")}
    identity = aws.get_id(pool, login)
    assert aws.call(door, identity_id=identity, logins={**login, USER_POOL: user_pool("ann")})["IdentityId"] == identity
    assert linked(aws, identity) == [GOOGLE, USER_POOL]
    assert aws.get_id(pool, {USER_POOL: user_pool("ann")}) == identity


@pytest.mark.local_only
@pytest.mark.holds("errors-07", "lifecycle-15")
def test_logins_have_to_include_one_of_the_identity(aws: Client, pool: str, door: str) -> None:
    identity, bob = aws.get_id(pool, {GOOGLE: google("ann")}), aws.get_id(pool, {GOOGLE: google("bob")})
    assert aws.refused(door, identity_id=identity, logins={USER_POOL: user_pool("eve")}) == NO_MATCH
    assert aws.refused(door, identity_id=identity, logins={GOOGLE: google("bob")}) == NO_MATCH
    assert linked(aws, bob) == [GOOGLE]


@pytest.mark.local_only
@pytest.mark.holds("lifecycle-05", "lifecycle-15", "errors-26", "unknowns-01")
def test_one_login_of_each_public_provider(aws: Client, pool: str, door: str) -> None:
    identity = aws.get_id(pool, {GOOGLE: google("ann"), USER_POOL: user_pool("ann")})
    logins = {GOOGLE: google("bob"), USER_POOL: user_pool("ann")}
    expected = Refused("ResourceConflictException", errors.LOCAL_LOGIN_TAKEN.format(GOOGLE))
    assert aws.refused(door, identity_id=identity, logins=logins) == expected
    assert aws.refused("get_id", identity_pool_id=pool, logins=logins) == expected
    assert linked(aws, identity) == [GOOGLE, USER_POOL]


@pytest.mark.local_only
@pytest.mark.holds("lifecycle-06", "unknowns-07")
def test_two_users_are_merged_into_the_one_that_is_named(aws: Client, pool: str, door: str) -> None:
    first, second = aws.get_id(pool, {GOOGLE: google("ann")}), aws.get_id(pool, {USER_POOL: user_pool("ann")})
    both = {GOOGLE: google("ann"), USER_POOL: user_pool("ann")}
    assert aws.call(door, identity_id=second, logins=both)["IdentityId"] == second
    assert (linked(aws, first), linked(aws, second)) == (LOCAL_DISABLED_LOGINS, [GOOGLE, USER_POOL])
    assert [aws.get_id(pool, {key: token}) for key, token in both.items()] == [second, second]


@pytest.mark.local_only
@pytest.mark.holds("lifecycle-12", "lifecycle-06", "lifecycle-09")
def test_a_merge_and_an_unlink_leave_their_date_on_whoever_they_touch(aws: Client, pool: str, clock: TestClock) -> None:
    def dates(identity: str) -> list[float]:
        described = aws.call("describe_identity", identity_id=identity)
        return [described[name].timestamp() - NOW for name in ("CreationDate", "LastModifiedDate")]

    login, other = {GOOGLE: google("ann")}, {USER_POOL: user_pool("ann")}
    first, second = aws.get_id(pool, login), aws.get_id(pool, other)
    clock.now = NOW + 10
    aws.get_id(pool, {**login, **other})
    assert (dates(first), dates(second)) == ([0, 10], [0, 10])
    clock.now = NOW + 20
    aws.call("unlink_identity", identity_id=first, logins=login, logins_to_remove=[GOOGLE])
    assert (dates(first), dates(second)) == ([0, 20], [0, 10])
    clock.now = NOW + 30
    aws.get_id(pool, other)
    assert (dates(first), dates(second)) == ([0, 20], [0, 10])


@pytest.mark.local_only
@pytest.mark.holds("identities-06", "unknowns-07")
def test_get_id_merges_into_the_owner_of_the_oldest_login(aws: Client, pool: str) -> None:
    first, second = aws.get_id(pool, {USER_POOL: user_pool("ann")}), aws.get_id(pool, {GOOGLE: google("ann")})
    assert aws.get_id(pool, {GOOGLE: google("ann"), USER_POOL: user_pool("ann")}) == first
    assert linked(aws, second) == LOCAL_DISABLED_LOGINS


@pytest.mark.local_only
@pytest.mark.holds("lifecycle-15", "lifecycle-05", "errors-26", "unknowns-01")
def test_a_merge_of_two_users_of_one_provider_is_refused_whole(aws: Client, pool: str) -> None:
    ann = aws.get_id(pool, {GOOGLE: google("ann"), USER_POOL: user_pool("ann")})
    bob = aws.get_id(pool, {GOOGLE: google("bob"), FACEBOOK: "bob"})
    logins = {USER_POOL: user_pool("ann"), FACEBOOK: "bob"}
    assert aws.refused("get_id", identity_pool_id=pool, logins=logins) == Refused(
        "ResourceConflictException", errors.LOCAL_MERGE_CONFLICT.format(GOOGLE)
    )
    assert (linked(aws, ann), linked(aws, bob)) == ([GOOGLE, USER_POOL], [GOOGLE, FACEBOOK])


@pytest.mark.local_only
@pytest.mark.holds("identities-09")
def test_unlinking_takes_away_a_proven_login(aws: Client, pool: str, door: str) -> None:
    both = {GOOGLE: google("ann"), USER_POOL: user_pool("ann")}
    identity = aws.get_id(pool, both)
    assert aws.call("unlink_identity", identity_id=identity, logins=both, logins_to_remove=[GOOGLE]) == {}
    assert linked(aws, identity) == [USER_POOL]
    assert aws.get_id(pool, {GOOGLE: google("ann")}) != identity
    assert aws.call(door, identity_id=identity, logins={USER_POOL: user_pool("ann")})["IdentityId"] == identity


@pytest.mark.local_only
@pytest.mark.holds("lifecycle-09", "identities-20", "errors-05")
def test_without_its_last_login_an_identity_stays_but_is_lost(aws: Client, pool: str, door: str) -> None:
    login = {GOOGLE: google("ann")}
    identity = aws.get_id(pool, login)
    aws.call("unlink_identity", identity_id=identity, logins=login, logins_to_remove=[GOOGLE])
    assert linked(aws, identity) is None
    assert aws.refused(door, identity_id=identity) == forbidden(identity)
    assert aws.refused(door, identity_id=identity, logins=login) == NO_MATCH
    assert aws.get_id(pool, login) != identity


@pytest.mark.local_only
@pytest.mark.holds("identities-10", "errors-07")
def test_unlinking_needs_tokens_of_what_it_removes(aws: Client, pool: str) -> None:
    identity = aws.get_id(pool, {GOOGLE: google("ann"), USER_POOL: user_pool("ann")})

    def refused(logins: dict[str, str], *remove: str) -> Refused:
        return aws.refused("unlink_identity", identity_id=identity, logins=logins, logins_to_remove=list(remove))

    assert refused({GOOGLE: google("bob")}, GOOGLE) == NO_MATCH
    assert refused({GOOGLE: google("ann")}, USER_POOL) == NO_MATCH
    assert refused({GOOGLE: google("ann")}, GOOGLE, USER_POOL) == NO_MATCH
    assert refused({GOOGLE: "bad"}, GOOGLE).message == errors.NOT_OPENID
    assert refused({}, GOOGLE) == forbidden(identity)
    assert refused({GOOGLE: google("ann")}, DEVELOPER).message == "Please provide a valid public provider."
    assert linked(aws, identity) == [GOOGLE, USER_POOL]


@pytest.mark.local_only
@pytest.mark.holds("lifecycle-10", "identities-17", "unknowns-05", "unknowns-03", "errors-02")
def test_a_deleted_identity_is_gone_and_its_user_is_new(aws: Client, pool: str, door: str) -> None:
    login = {GOOGLE: google("ann")}
    identity = aws.get_id(pool, login)
    assert aws.call("delete_identities", identity_ids_to_delete=[identity, identity]) == {"UnprocessedIdentityIds": []}
    assert aws.call("delete_identities", identity_ids_to_delete=[identity]) == {"UnprocessedIdentityIds": []}
    gone = Refused("ResourceNotFoundException", f"Identity '{identity}' not found.")
    assert aws.refused("describe_identity", identity_id=identity) == gone
    assert aws.refused(door, identity_id=identity, logins=login) == gone
    unlink = {"logins": login, "logins_to_remove": [GOOGLE]}
    assert aws.refused("unlink_identity", identity_id=identity, **unlink) == gone
    assert aws.get_id(pool, login) != identity
    assert listed(aws, pool) == [aws.get_id(pool, login)]


@pytest.mark.holds("identities-13", "identities-14", "identities-15", "identities-16", "lifecycle-01")
def test_what_is_told_of_a_guest_and_of_a_user(aws: Client) -> None:
    pool = aws.create_pool(developer_provider_name=DEVELOPER)
    guest = aws.get_id(pool)
    members = {"identity_pool_id": pool, "logins": {DEVELOPER: "ann"}}
    user = aws.call("get_open_id_token_for_developer_identity", **members)["IdentityId"]
    rows = {
        row["IdentityId"]: row
        for row in aws.call("list_identities", identity_pool_id=pool, max_results=2)["Identities"]
    }
    assert rows.keys() == {guest, user}
    assert rows[guest].keys() == {"IdentityId", "CreationDate", "LastModifiedDate"}
    assert rows[guest]["CreationDate"] == rows[guest]["LastModifiedDate"]
    assert rows[user] == {**rows[user], "Logins": [DEVELOPER]}
    assert {each: aws.call("describe_identity", identity_id=each) for each in rows} == rows


@pytest.mark.holds("identities-18", "identities-17")
def test_sixty_identities_of_any_pool_are_deleted_at_once(aws: Client) -> None:
    pools = [aws.create_pool(), aws.create_pool()]
    ids = [aws.get_id(pool) for pool in pools for _ in range(30)]
    refusal = aws.refused("delete_identities", identity_ids_to_delete=[*ids, ids[0]])
    assert refusal.code == "ValidationException"
    assert refusal.message.endswith("failed to satisfy constraint: Member must have length less than or equal to 60")
    assert aws.call("delete_identities", identity_ids_to_delete=ids) == {"UnprocessedIdentityIds": []}
    assert [listed(aws, pool) for pool in pools] == [[], []]


@pytest.mark.local_only
@pytest.mark.holds("tokens-12", "lifecycle-07", "errors-05")
def test_nobody_gets_a_guests_token_for_a_users_identity(aws: Client, pool: str) -> None:
    login = {GOOGLE: google("ann")}
    guest, user, merged = aws.get_id(pool), aws.get_id(pool, login), aws.get_id(pool)
    aws.call("get_open_id_token", identity_id=merged, logins=login)
    assert aws.call("get_open_id_token", identity_id=guest)["IdentityId"] == guest
    for identity in (user, merged):
        assert aws.refused("get_open_id_token", identity_id=identity) == forbidden(identity)
        assert aws.refused("get_open_id_token", identity_id=identity, logins={}) == forbidden(identity)
