"""Tags, through both of their doors (fact sheet §6.21–6.23), and principal tag maps (§6.19, §6.20)."""

from __future__ import annotations

import pytest

from cognito_identity_local import errors

from .client import Client, Refused
from .people import USER_POOL


@pytest.mark.holds("tags-01", "tags-02", "tags-04", "tags-06")
def test_tags_are_the_same_through_both_doors(aws: Client) -> None:
    pool = aws.create_pool(identity_pool_tags={"a": "1", "b": "2"})
    assert aws.call("tag_resource", resource_arn=aws.arn(pool), tags={"b": "two", "c": ""}) == {}
    assert aws.call("untag_resource", resource_arn=aws.arn(pool), tag_keys=["a", "never there"]) == {}
    assert aws.call("list_tags_for_resource", resource_arn=aws.arn(pool)) == {"Tags": {"b": "two", "c": ""}}
    described = aws.call("describe_identity_pool", identity_pool_id=pool)
    assert described["IdentityPoolTags"] == {"b": "two", "c": ""}


@pytest.mark.holds("tags-03")
def test_a_pool_without_tags_has_an_empty_map(aws: Client) -> None:
    assert aws.call("list_tags_for_resource", resource_arn=aws.arn(aws.create_pool())) == {"Tags": {}}


@pytest.mark.holds("tags-09")
def test_tags_are_shown_by_key_in_whatever_order_they_came(aws: Client) -> None:
    pool = aws.create_pool(identity_pool_tags={"c": "1", "a": "2"})
    aws.call("tag_resource", resource_arn=aws.arn(pool), tags={"b": "3"})
    listed = aws.call("list_tags_for_resource", resource_arn=aws.arn(pool))["Tags"]
    described = aws.call("describe_identity_pool", identity_pool_id=pool)["IdentityPoolTags"]
    assert list(listed.items()) == list(described.items()) == [("a", "2"), ("b", "3"), ("c", "1")]


@pytest.mark.holds("tags-05", "unknowns-21")
@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"aws:x": "1"}, errors.LOCAL_RESERVED_TAG),
        ({"AWS:x": "1"}, errors.LOCAL_RESERVED_TAG),
        ({"a": "b;c"}, errors.LOCAL_BAD_TAG),
        ({"a": "b\nc"}, errors.LOCAL_BAD_TAG),
        ({"a\t": "b"}, errors.LOCAL_BAD_TAG),
        ({f"k{n}": "" for n in range(51)}, errors.LOCAL_TOO_MANY_TAGS.format(50)),
    ],
    ids=["reserved", "reserved in capitals", "character", "line break", "tabulator", "too many"],
)
def test_tags_that_break_the_rules_are_refused_at_both_doors(aws: Client, tags: dict[str, str], message: str) -> None:
    expected, pool = Refused("InvalidParameterException", message), aws.create_pool()
    settings = {"identity_pool_name": "p", "allow_unauthenticated_identities": True, "identity_pool_tags": tags}
    assert aws.refused("tag_resource", resource_arn=aws.arn(pool), tags=tags) == expected
    assert aws.refused("create_identity_pool", **settings) == expected
    assert aws.refused("update_identity_pool", identity_pool_id=pool, **settings) == expected


@pytest.mark.holds("tags-05", "tags-06")
def test_whatever_tags_may_hold_comes_back(aws: Client) -> None:
    tags = {"Größe 1_.:/=+-@": "ß 2_.:/=+-@", "\u00a0": "\u3000", "größe": "", "k" * 128: "v" * 256, "not aws:": "aws:"}
    pool = aws.create_pool()
    aws.call("tag_resource", resource_arn=aws.arn(pool), tags=tags)
    assert aws.call("list_tags_for_resource", resource_arn=aws.arn(pool)) == {"Tags": tags}


@pytest.mark.holds("tags-05")
def test_the_fifty_first_tag_is_refused_and_replacing_one_of_fifty_is_not(aws: Client) -> None:
    pool = aws.create_pool(identity_pool_tags={f"k{n}": "" for n in range(50)})
    aws.call("tag_resource", resource_arn=aws.arn(pool), tags={"k0": "new"})
    assert (
        aws.refused("tag_resource", resource_arn=aws.arn(pool), tags={"one more": ""}).code
        == "InvalidParameterException"
    )


@pytest.mark.holds("tags-07", "identifiers-05", "identifiers-09")
def test_an_arn_that_is_not_a_pools_and_one_of_no_pool(aws: Client) -> None:
    wrong = "arn:aws:s3:::some-bucket-of-mine"
    assert aws.refused("list_tags_for_resource", resource_arn=wrong) == Refused(
        "InvalidParameterException", errors.LOCAL_INVALID_ARN
    )
    gone = "us-east-1:00000000-0000-4000-8000-000000000000"
    for operation, members in (
        ("list_tags_for_resource", {}),
        ("tag_resource", {"tags": {"a": "b"}}),
        ("untag_resource", {"tag_keys": ["a"]}),
    ):
        assert aws.refused(operation, resource_arn=aws.arn(gone), **members) == Refused(
            "ResourceNotFoundException", f"IdentityPool '{gone}' not found."
        )


@pytest.mark.local_only
@pytest.mark.holds("tags-07", "errors-01", "service-12")
def test_an_arn_that_names_another_account_or_region_than_the_pools(aws: Client) -> None:
    pool = aws.create_pool(identity_pool_tags={"a": "b"})
    for right, wrong in (("123456789012", "999999999999"), (":us-east-1:1", ":eu-west-1:1")):
        assert aws.refused("list_tags_for_resource", resource_arn=aws.arn(pool).replace(right, wrong, 1)) == Refused(
            "ResourceNotFoundException", f"IdentityPool '{pool}' not found."
        )


@pytest.mark.holds(
    "principal_tags-01",
    "principal_tags-02",
    "principal_tags-03",
    "principal_tags-04",
    "unknowns-14",
    "unknowns-15",
    "errors-03",
)
def test_principal_tags_are_kept_by_provider(aws: Client) -> None:
    pool = aws.create_pool()
    named = {"identity_pool_id": pool, "identity_provider_name": USER_POOL}
    expected = {"IdentityPoolId": pool, "IdentityProviderName": USER_POOL}
    assert aws.refused("get_principal_tag_attribute_map", **named) == Refused(
        "ResourceNotFoundException", f"No Principal Tags configured for Provider {USER_POOL}"
    )
    mapped = {**expected, "UseDefaults": False, "PrincipalTags": {"dept": "custom:dept"}}
    assert aws.call("set_principal_tag_attribute_map", **named, principal_tags={"dept": "custom:dept"}) == mapped
    assert aws.call("get_principal_tag_attribute_map", **named) == mapped
    reset: dict[str, object] = {**expected, "UseDefaults": True, "PrincipalTags": {}}
    assert aws.call("set_principal_tag_attribute_map", **named, use_defaults=True, principal_tags={}) == reset
    assert aws.call("get_principal_tag_attribute_map", **named) == reset


@pytest.mark.holds("principal_tags-09", "principal_tags-02")
def test_fifty_principal_tags_and_no_more(aws: Client) -> None:
    named = {"identity_pool_id": aws.create_pool(), "identity_provider_name": USER_POOL}
    fifty = {f"{n:03}".ljust(128, "k"): "c" * 256 for n in range(50)}
    stored = aws.call("set_principal_tag_attribute_map", **named, principal_tags=fifty)
    assert stored["PrincipalTags"] == fifty
    assert aws.call("set_principal_tag_attribute_map", **named, principal_tags=fifty) == stored
    for wrong in ({**fifty, "one more": "c"}, {"k" * 129: "c"}, {"k": "c" * 257}):
        refusal = aws.refused("set_principal_tag_attribute_map", **named, principal_tags=wrong)
        assert refusal.code == "ValidationException"
    assert aws.call("get_principal_tag_attribute_map", **named) == stored
