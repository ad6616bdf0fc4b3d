"""Faults on purpose: throttling, errors and latency, by chance that can be repeated."""

from __future__ import annotations

import re

import pytest

from cognito_identity_local.database import LocalServiceError
from cognito_identity_local.faults import (
    Fault,
    FaultSettings,
    Latency,
    parse_fault,
    parse_latency,
    parse_rates,
    published_rates,
)
from cognito_identity_tools.errors import ErrorCode

from .service import Refused, Service, serving

THROTTLED = Refused("TooManyRequestsException", "Rate exceeded")
INTENDED = "An error on purpose, which the local service was told to answer."


def admitted(service: Service, pool: str, tries: int) -> int:
    """How many of so many GetIds at one moment are answered."""
    outcomes = [service.outcome("GetId", IdentityPoolId=pool) for _ in range(tries)]
    assert set(outcomes) <= {None, THROTTLED}
    return outcomes.count(None)


@pytest.mark.holds("quotas-05", "options-08")
def test_published_rates_are_those_of_the_fact_sheet() -> None:
    assert published_rates() == {
        "GetId": 25,
        "GetOpenIdToken": 200,
        "GetCredentialsForIdentity": 200,
        "GetOpenIdTokenForDeveloperIdentity": 50,
        "ListIdentities": 5,
        "DeleteIdentities": 10,
        "TagResource": 5,
        "UntagResource": 5,
        "ListTagsForResource": 10,
    }


@pytest.mark.holds("errors-23", "quotas-05")
def test_throttling_lets_a_second_s_worth_through_and_fills_up_with_time() -> None:
    with serving(faults=FaultSettings(rates=parse_rates(["published"]))) as service:
        pool = service.create_pool()
        assert admitted(service, pool, 30) == 25
        service.clock.now += 0.2
        assert admitted(service, pool, 10) == 5
        service.clock.now -= 1000
        assert admitted(service, pool, 1) == 0
        service.clock.now += 1000
        assert admitted(service, pool, 30) == 25


@pytest.mark.holds("quotas-05", "errors-23")
def test_each_operation_account_and_region_has_a_rate_of_its_own() -> None:
    with serving(faults=FaultSettings(rates={"ListIdentityPools": 1, "DescribeIdentity": 1})) as service:
        stranger = Service(service.url, service.clock, account="999999999999")
        abroad = Service(service.url, service.clock, region="eu-west-1")
        for each in (service, stranger, abroad):
            assert each.outcome("ListIdentityPools", MaxResults=1) is None
            assert each.outcome("ListIdentityPools", MaxResults=1) == THROTTLED
        assert service.refused("DescribeIdentity", IdentityId="us-east-1:0").code == "ResourceNotFoundException"


@pytest.mark.holds("options-08")
def test_rates_below_one_a_second() -> None:
    with serving(faults=FaultSettings(rates={"GetId": 0.5})) as service:
        pool = service.create_pool()
        assert admitted(service, pool, 2) == 1
        service.clock.now += 1
        assert admitted(service, pool, 1) == 0
        service.clock.now += 1
        assert admitted(service, pool, 2) == 1


@pytest.mark.holds("options-12")
def test_an_invalid_request_meets_no_fault() -> None:
    with serving(faults=FaultSettings(rates={"GetId": 1})) as service:
        assert service.refused("GetId").code == "ValidationException"
        assert admitted(service, service.create_pool(), 2) == 1


@pytest.mark.holds("options-09", "wire-15", "errors-23")
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (ErrorCode.INTERNAL_ERROR, Refused("InternalErrorException", INTENDED, 500)),
        (ErrorCode.SERVICE_UNAVAILABLE, Refused("ServiceUnavailable", INTENDED, 503)),
        (ErrorCode.RESOURCE_CONFLICT, Refused("ResourceConflictException", INTENDED)),
        (ErrorCode.TOO_MANY_REQUESTS, THROTTLED),
        (
            ErrorCode.UNRECOGNIZED_CLIENT,
            Refused("UnrecognizedClientException", "The security token included in the request is invalid."),
        ),
    ],
)
def test_a_fault_is_answered_and_nothing_has_happened(code: ErrorCode, expected: Refused) -> None:
    with serving(faults=FaultSettings(faults=(Fault("GetId", code, 1.0),))) as service:
        pool = service.create_pool()
        assert service.refused("GetId", IdentityPoolId=pool) == expected
        assert service.call("ListIdentities", IdentityPoolId=pool, MaxResults=1)["Identities"] == []


USER = "User: arn:aws:iam::123456789012:user/local is not authorized to perform:"
POOL = "us-east-1:00000000-0000-4000-8000-000000000000"
ARN = "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/"


@pytest.mark.holds("wire-20", "options-09")
@pytest.mark.parametrize(
    ("operation", "members", "resource"),
    [
        ("ListIdentityPools", {"MaxResults": 1}, ARN),
        ("DescribeIdentityPool", {"IdentityPoolId": POOL}, ARN + POOL),
        ("TagResource", {"ResourceArn": ARN + POOL, "Tags": {"a": "b"}}, ARN + POOL),
        ("CreateIdentityPool", {"IdentityPoolName": "p", "AllowUnauthenticatedIdentities": True}, "*"),
        ("DescribeIdentity", {"IdentityId": POOL}, "*"),
    ],
)
def test_missing_permissions_name_caller_action_and_resource(
    operation: str, members: dict[str, object], resource: str
) -> None:
    action = f"cognito-identity:{operation}"
    with serving(faults=FaultSettings(faults=(Fault("*", ErrorCode.ACCESS_DENIED, 1.0),))) as service:
        assert service.refused(operation, **members) == Refused(
            "AccessDeniedException",
            f"{USER} {action} on resource: {resource} because no identity-based policy allows the {action} action",
        )
        assert service.refused("GetId", IdentityPoolId=POOL) == Refused("AccessDeniedException", INTENDED)


@pytest.mark.holds("errors-28")
def test_an_update_that_meets_another_one_has_changed_nothing_and_can_be_sent_again() -> None:
    fault = Fault("UpdateIdentityPool", ErrorCode.CONCURRENT_MODIFICATION, 0.5)
    update = {"IdentityPoolName": "renamed", "AllowUnauthenticatedIdentities": False}
    with serving(faults=FaultSettings(faults=(fault,), random_seed=1)) as service:
        pool = service.create_pool()
        before = service.call("DescribeIdentityPool", IdentityPoolId=pool)
        met = service.refused("UpdateIdentityPool", IdentityPoolId=pool, **update)
        assert met == Refused("ConcurrentModificationException", INTENDED)
        assert service.call("DescribeIdentityPool", IdentityPoolId=pool) == before
        again = [service.outcome("UpdateIdentityPool", IdentityPoolId=pool, **update) for _ in range(20)]
        assert set(again) == {None, met}
        assert service.call("DescribeIdentityPool", IdentityPoolId=pool)["IdentityPoolName"] == "renamed"


@pytest.mark.holds("options-09")
def test_a_fault_of_every_operation() -> None:
    with serving(faults=FaultSettings(faults=(Fault("*", ErrorCode.INTERNAL_ERROR, 1.0),))) as service:
        assert service.refused("ListIdentityPools", MaxResults=1).status == 500
        assert service.refused("GetId", IdentityPoolId="us-east-1:0").status == 500


def course(seed: int) -> list[bool]:
    """Which of forty requests fail at a probability of one half."""
    settings = FaultSettings(faults=(Fault("*", ErrorCode.INTERNAL_ERROR, 0.5),), random_seed=seed)
    with serving(faults=settings) as service:
        return [service.outcome("ListIdentityPools", MaxResults=1) is not None for _ in range(40)]


@pytest.mark.holds("options-11")
def test_the_same_seed_makes_the_same_course_of_chance() -> None:
    assert course(1) == course(1)
    assert course(1) != course(2)
    assert 5 < course(1).count(True) < 35


@pytest.mark.holds("options-10")
def test_latency_is_waited_for_before_every_operation() -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    with serving(faults=FaultSettings(latency=Latency(0.02, 0.005), random_seed=1), sleep=sleep) as service:
        for _ in range(50):
            service.call("ListIdentityPools", MaxResults=1)
    assert len(waited) == 50
    assert all(0.015 <= each <= 0.025 for each in waited)
    assert max(waited) - min(waited) > 0.005


@pytest.mark.holds("options-10")
def test_nobody_waits_less_than_nothing() -> None:
    assert [Latency(0.01, 0.05).of(chance) for chance in (0.0, 0.5)] == [0.0, 0.01]


@pytest.mark.holds("options-10")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20ms", Latency(0.02)),
        ("20ms±5ms", Latency(0.02, 0.005)),
        ("1.5s+-500ms", Latency(1.5, 0.5)),
        ("0ms", Latency(0.0)),
    ],
)
def test_latencies_as_they_are_written(text: str, expected: Latency) -> None:
    assert parse_latency(text) == expected


@pytest.mark.holds("options-18")
@pytest.mark.parametrize("text", ["", "20", "20m", "-1ms", "1.2.3s", "20ms±", "20ms±5", "20ms-5ms", "ms", ".s"])
def test_latencies_that_are_none(text: str) -> None:
    with pytest.raises(LocalServiceError, match=f"^--latency {re.escape(text)}: write TIME"):
        parse_latency(text)


@pytest.mark.holds("options-08")
def test_rates_as_they_are_written() -> None:
    assert parse_rates([]) == {}
    assert parse_rates(["GetId=5"]) == {"GetId": 5}
    assert parse_rates(["GetId=.5", "published"]) == {**published_rates(), "GetId": 0.5}
    every = parse_rates(["published", "GetId=5", "*=2"])
    assert (len(every), every["GetId"], every["CreateIdentityPool"]) == (23, 5, 2)


@pytest.mark.holds("options-18")
@pytest.mark.parametrize("text", ["GetId", "GetId=", "GetId=0", "GetId=-1", "GetId=nan", "GetId=1e3"])
def test_rates_that_are_none(text: str) -> None:
    with pytest.raises(LocalServiceError, match=f"^--throttle {text}: write OPERATION=RATE, as GetId=5, with"):
        parse_rates([text])


@pytest.mark.holds("options-09")
def test_faults_as_they_are_written() -> None:
    assert parse_fault("GetId=InternalErrorException:0.05") == Fault("GetId", ErrorCode.INTERNAL_ERROR, 0.05)
    assert parse_fault("*=TooManyRequestsException") == Fault("*", ErrorCode.TOO_MANY_REQUESTS, 1.0)


@pytest.mark.holds("options-18")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("GetID=InternalErrorException:1", "there is no operation 'GetID'. The operations are CreateIdentityPool, "),
        ("GetId=InternalError:1", "there is no error code 'InternalError'. The codes are ConcurrentModification"),
        ("GetId=InternalErrorException:1.1", "write OPERATION=CODE:PROBABILITY, as GetId=InternalErrorException:0.05"),
        ("GetId=InternalErrorException:", "write OPERATION=CODE:PROBABILITY"),
        ("GetId", "write OPERATION=CODE:PROBABILITY"),
        ("GetId=:1", "write OPERATION=CODE:PROBABILITY"),
        ("", "write OPERATION=CODE:PROBABILITY"),
    ],
)
def test_faults_that_are_none(text: str, message: str) -> None:
    with pytest.raises(LocalServiceError) as refused:
        parse_fault(text)
    assert str(refused.value).startswith(f"--fault {text}: {message}")
