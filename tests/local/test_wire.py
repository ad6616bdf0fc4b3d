"""The bytes on the wire: AWS JSON 1.1 as fact sheet §1 has it."""

# ruff: noqa: E501 - sentences of the service stay whole

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from cognito_identity_local import wire
from cognito_identity_tools.catalogue import OPERATIONS

from .client import Client, authorization, opened, post, raw
from .conftest import TestClock
from .people import ALL_PROVIDERS, DEVELOPER, GOOGLE, NOW, google
from .server_process import served

EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"


@pytest.mark.local_only
@pytest.mark.holds("wire-01", "wire-03", "wire-07", "wire-10", "wire-13", "identifiers-02")
def test_an_answer_is_compact_json_with_the_headers_of_the_service(aws: Client) -> None:
    pool = aws.create_pool()
    answer = post(aws.url, "GetId", {"IdentityPoolId": pool}, signed=False)
    assert answer.status == 200
    assert re.fullmatch(
        rb'\{"IdentityId":"us-east-1:[0-9a-f]{8}-[0-9a-f]{4}-c[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"\}', answer.body
    )
    headers = dict(answer.headers)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers.pop("x-amzn-requestid"))
    assert headers.pop("date").endswith("GMT")
    assert headers == {
        "content-type": "application/x-amz-json-1.1",
        "content-length": "63",
        "access-control-allow-origin": "*",
        "access-control-expose-headers": EXPOSED,
    }


@pytest.mark.local_only
@pytest.mark.holds("wire-15", "wire-16", "wire-17", "wire-13", "errors-01")
def test_an_error_names_itself_in_the_body_and_in_the_headers(url: str) -> None:
    answer = post(url, "GetId", {"IdentityPoolId": "us-east-1:0"}, signed=False)
    headers = {k: v for k, v in answer.headers.items() if k not in ("x-amzn-requestid", "date")}
    assert answer.status == 400
    assert answer.body == b'{"__type":"ResourceNotFoundException","message":"IdentityPool \'us-east-1:0\' not found."}'
    assert headers == {
        "content-type": "application/x-amz-json-1.1",
        "content-length": str(len(answer.body)),
        "x-amzn-errortype": "ResourceNotFoundException:",
        "x-amzn-errormessage": "IdentityPool 'us-east-1:0' not found.",
        "access-control-allow-origin": "*",
        "access-control-expose-headers": EXPOSED,
    }


@pytest.mark.local_only
@pytest.mark.holds("wire-02")
def test_the_long_form_of_the_target_is_understood(aws: Client) -> None:
    pool = aws.create_pool()
    prefix = "com.amazonaws.cognito.identity.model.AWSCognitoIdentityService"
    answer = post(aws.url, "GetId", {"IdentityPoolId": pool}, signed=False, prefix=prefix)
    assert (answer.status, list(answer.json)) == (200, ["IdentityId"])


@pytest.mark.local_only
@pytest.mark.holds("wire-08")
def test_operations_without_output_answer_with_an_empty_body(aws: Client) -> None:
    pool = aws.create_pool()
    emptied = post(aws.url, "SetIdentityPoolRoles", {"IdentityPoolId": pool, "Roles": {}})
    deleted = post(aws.url, "DeleteIdentityPool", {"IdentityPoolId": pool})
    assert [(a.status, a.body, a.headers["content-length"]) for a in (emptied, deleted)] == [(200, b"", "0")] * 2


@pytest.mark.local_only
@pytest.mark.holds("wire-09")
def test_tagging_answers_with_an_empty_object(aws: Client) -> None:
    arn = f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{aws.create_pool()}"
    assert post(aws.url, "TagResource", {"ResourceArn": arn, "Tags": {"a": "b"}}).body == b"{}"


@pytest.mark.local_only
@pytest.mark.holds("wire-18", "wire-19")
@pytest.mark.parametrize(
    ("moment", "shown"), [(NOW, "1800000000.0"), (NOW + 0.07749, "1800000000.077"), (NOW + 0.9996, "1800000001.0")]
)
def test_timestamps_are_seconds_with_a_fraction_of_milliseconds(
    aws: Client, clock: TestClock, moment: float, shown: str
) -> None:
    clock.now = moment
    identity = aws.get_id(aws.create_pool())
    assert post(aws.url, "DescribeIdentity", {"IdentityId": identity}).body == (
        f'{{"IdentityId":"{identity}","CreationDate":{shown},"LastModifiedDate":{shown}}}'.encode()
    )


@pytest.mark.local_only
@pytest.mark.holds("wire-14")
def test_browsers_are_answered_before_they_call(url: str) -> None:
    asked = {"Origin": "http://app", "Access-Control-Request-Headers": "content-type,x-amz-target"}
    answer = raw(url, "OPTIONS", headers=asked)
    allowed = {k: v for k, v in answer.headers.items() if k.startswith("access-control")}
    assert (answer.status, answer.body) == (200, b"")
    assert allowed == {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "POST, OPTIONS",
        "access-control-allow-headers": "content-type,x-amz-target",
        "access-control-max-age": "172800",
        "access-control-expose-headers": EXPOSED,
    }


@pytest.mark.local_only
@pytest.mark.holds("wire-21", "wire-22", "wire-28", "unknowns-29")
@pytest.mark.parametrize(
    ("operation", "body", "signed", "expected"),
    [
        pytest.param("Nonsense", {}, True, {"__type": "UnknownOperationException"}, id="operation"),
        pytest.param("listidentitypools", {}, True, {"__type": "UnknownOperationException"}, id="in small letters"),
        pytest.param("ListIdentityPools", b"{", False, {"__type": "MissingAuthenticationTokenException", "message": "Missing Authentication Token"}, id="unsigned"),
        pytest.param("ListIdentityPools", b"{", True, {"__type": "SerializationException"}, id="malformed"),
        pytest.param("ListIdentityPools", b"", True, {"__type": "SerializationException"}, id="empty"),
        pytest.param("ListIdentityPools", b"null", True, {"__type": "SerializationException"}, id="null"),
        pytest.param("ListIdentityPools", b'{"MaxResults":1,}', True, {"__type": "SerializationException"}, id="trailing comma"),
        pytest.param("ListIdentityPools", b'{"MaxResults":NaN}', True, {"__type": "SerializationException"}, id="no number"),
        pytest.param("ListIdentityPools", b'\xef\xbb\xbf{"MaxResults":1}', True, {"__type": "SerializationException"}, id="byte order mark"),
        pytest.param("ListIdentityPools", b"\xff", True, {"__type": "SerializationException"}, id="not UTF-8"),
        pytest.param("GetId", b'{"IdentityPoolId":"\\ud800"}', False, {"__type": "SerializationException"}, id="half a character"),
        pytest.param("ListIdentityPools", b"[" * 100_000, True, {"__type": "SerializationException"}, id="deep"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_has_a_code_and_no_words(
    url: str, operation: str, body: object, signed: bool, expected: dict[str, str]
) -> None:
    answer = post(url, operation, body, signed=signed)
    assert (answer.status, answer.json) == (400, expected)
    assert answer.headers["x-amzn-errortype"] == f"{expected['__type']}:"
    assert answer.headers.get("x-amzn-errormessage") == expected.get("message")


@pytest.mark.local_only
@pytest.mark.holds("wire-22", "wire-27")
@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        ("ListIdentityPools", [], "Start of list found where not expected"),
        ("ListIdentityPools", {"MaxResults": "1"}, "STRING_VALUE cannot be converted to Integer"),
        ("ListIdentityPools", {"MaxResults": 1.5}, "DECIMAL_VALUE cannot be converted to Integer"),
        ("ListIdentityPools", {"MaxResults": True}, "TRUE_VALUE cannot be converted to Integer"),
        ("ListIdentityPools", {"MaxResults": []}, "Unrecognized collection type class java.lang.Integer"),
        ("ListIdentityPools", {"MaxResults": {}}, "Start of structure or map found where not expected"),
        ("ListIdentityPools", b'{"MaxResults":1e400}', "DECIMAL_VALUE cannot be converted to Integer"),
        ("GetId", {"IdentityPoolId": 5}, "NUMBER_VALUE cannot be converted to String"),
        ("GetId", {"IdentityPoolId": "!", "Logins": {"a": False}}, "FALSE_VALUE cannot be converted to String"),
        ("GetId", {"IdentityPoolId": "!", "Logins": "a"}, "Unexpected field type"),
        ("GetId", {"IdentityPoolId": "!", "Logins": ["a"]}, "Start of list found where not expected"),
        ("DeleteIdentities", {"IdentityIdsToDelete": {}}, "Start of structure or map found where not expected"),
        ("DeleteIdentities", {"IdentityIdsToDelete": 1}, "Unexpected field type"),
        ("DeleteIdentities", {"IdentityIdsToDelete": ["a:0", 1]}, "NUMBER_VALUE cannot be converted to String"),
        ("CreateIdentityPool", {"AllowUnauthenticatedIdentities": 1}, "NUMBER_VALUE cannot be converted to Boolean"),
        ("CreateIdentityPool", {"CognitoIdentityProviders": ["a"]}, "Unexpected field type"),
    ],
)
def test_the_wrong_json_type_comes_before_every_constraint(
    url: str, operation: str, body: object, message: str
) -> None:
    answer = post(url, operation, body)
    assert (answer.status, answer.json) == (400, {"__type": "SerializationException", "message": message})


@pytest.mark.local_only
@pytest.mark.holds("wire-02", "wire-21")
@pytest.mark.parametrize("target", ["GetId", "AWSCognitoIdentityProviderService.GetId", "x.GetId", ""])
def test_a_target_of_another_service_is_no_operation(aws: Client, target: str) -> None:
    body = f'{{"IdentityPoolId":"{aws.create_pool()}"}}'.encode()
    answer = raw(aws.url, "POST", body=body, headers={"X-Amz-Target": target})
    assert (answer.status, answer.body) == (400, b'{"__type":"UnknownOperationException"}')


@pytest.mark.local_only
@pytest.mark.holds("wire-29", "wire-25", "wire-23")
def test_a_signature_may_stand_in_the_query(aws: Client) -> None:
    headers = {"X-Amz-Target": "AWSCognitoIdentityService.CreateIdentityPool"}
    body = b'{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":false}'

    def created(scope: str) -> Any:
        path = f"/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}&X-Amz-Signature=00"
        return raw(aws.url, "POST", path, body, headers).json

    pool = created("AKID%2F20260101%2Feu-west-1%2Fcognito-identity%2Faws4_request")
    assert pool["IdentityPoolId"].startswith("eu-west-1:")
    assert created("AKID")["__type"] == "IncompleteSignatureException"


@pytest.mark.local_only
@pytest.mark.holds("wire-01", "wire-21")
def test_a_get_of_the_service_is_no_operation(url: str) -> None:
    assert raw(url, "GET").json["__type"] == "UnknownOperationException"


@pytest.mark.local_only
@pytest.mark.holds("service-16")
def test_a_body_that_is_too_long_is_refused(url: str) -> None:
    answer = post(url, "GetId", b" " * (wire.MAX_BODY + 1), signed=False)
    assert answer.json == {"__type": "SerializationException", "message": wire.LOCAL_BODY_TOO_LARGE}


@pytest.mark.local_only
@pytest.mark.holds("service-16")
def test_a_request_that_breaks_off_does_nothing(aws: Client) -> None:
    pool = aws.create_pool()
    address = urlsplit(aws.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=20) as connection:
        head = (
            "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\nContent-Length: 100\r\n\r\n"
        )
        connection.sendall(f'{head}{{"IdentityPoolId":"{pool}"}}'.encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1000) == b""
    assert aws.call("list_identities", identity_pool_id=pool, max_results=1)["Identities"] == []


@pytest.mark.local_only
@pytest.mark.holds("wire-06", "wire-23")
def test_a_signature_without_a_scope_is_refused_where_one_is_needed(aws: Client) -> None:
    headers = {"X-Amz-Target": "AWSCognitoIdentityService.ListIdentityPools", "Authorization": "Bearer x"}
    refused = raw(aws.url, "POST", body=b'{"MaxResults":1}', headers=headers)
    assert refused.json["__type"] == "IncompleteSignatureException"
    headers["X-Amz-Target"] = "AWSCognitoIdentityService.GetId"
    body = f'{{"IdentityPoolId":"{aws.create_pool()}"}}'.encode()
    assert raw(aws.url, "POST", body=body, headers=headers).status == 200


@pytest.mark.local_only
@pytest.mark.holds("wire-23")
def test_no_signature_takes_long_to_read(tmp_path: Path) -> None:
    """Some took many seconds once, in which nobody else was answered."""
    headers = {"X-Amz-Target": "AWSCognitoIdentityService.ListIdentityPools", "Authorization": "Credential=" * 5900}
    with served(tmp_path / "local.sqlite3") as running, opened(running.url) as connection:
        connection.timeout = 3
        connection.request("POST", "/", b'{"MaxResults":1}', headers)
        assert b"IncompleteSignatureException" in connection.getresponse().read()


@pytest.mark.local_only
@pytest.mark.holds("wire-06")
def test_public_operations_accept_a_signature(aws: Client) -> None:
    pool = aws.create_pool()
    assert post(aws.url, "GetId", {"IdentityPoolId": pool}, signed=True).status == 200


@pytest.mark.local_only
@pytest.mark.holds("wire-05", "quotas-07", "unknowns-29")
def test_nineteen_operations_need_a_signature(url: str) -> None:
    answers = {o.aws_name: post(url, o.aws_name, {}, signed=False).json["__type"] for o in OPERATIONS.values()}
    public = {name for name, code in answers.items() if code == "ValidationException"}
    assert public == {"GetId", "GetCredentialsForIdentity", "GetOpenIdToken", "UnlinkIdentity"}
    assert {answers[name] for name in answers.keys() - public} == {"MissingAuthenticationTokenException"}


@pytest.mark.local_only
@pytest.mark.holds("unknowns-30", "unknowns-31", "identities-08")
def test_nulls_and_unknown_members_are_ignored(aws: Client) -> None:
    body = {"IdentityPoolId": aws.create_pool(), "Logins": None, "AccountId": None, "Whatever": {"a": 1}}
    assert post(aws.url, "GetId", body, signed=False).status == 200


@pytest.mark.local_only
@pytest.mark.holds("wire-17")
def test_a_message_that_cannot_stand_in_a_header_stands_in_the_body(url: str) -> None:
    answer = post(url, "GetId", {"IdentityPoolId": "ä\r\nX-Evil: 1"}, signed=False)
    assert "x-evil" not in answer.headers
    assert "Value '?????X-Evil: 1'" not in answer.headers["x-amzn-errormessage"]
    assert "Value '???X-Evil: 1'" in answer.headers["x-amzn-errormessage"]
    assert "Value 'ä\r\nX-Evil: 1'" in answer.json["message"]


@pytest.mark.local_only
@pytest.mark.holds("wire-25", "identifiers-01")
def test_the_region_is_that_of_the_signature(aws: Client) -> None:
    headers = {"X-Amz-Target": "AWSCognitoIdentityService.CreateIdentityPool", **authorization(region="eu-west-1")}
    body = b'{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":false}'
    assert raw(aws.url, "POST", body=body, headers=headers).json["IdentityPoolId"].startswith("eu-west-1:")


@pytest.mark.local_only
@pytest.mark.holds("service-15")
def test_the_service_says_that_it_is_well(url: str) -> None:
    answer = raw(url, "GET", "/health")
    assert (answer.status, answer.headers["content-type"], answer.json) == (200, "application/json", {"status": "ok"})


@pytest.mark.local_only
@pytest.mark.holds("wire-11")
def test_a_connection_carries_many_requests_also_after_a_refusal(aws: Client) -> None:
    body = f'{{"IdentityPoolId":"{aws.create_pool()}"}}'
    with opened(aws.url) as connection:
        for operation, status in (("GetId", 200), ("Nonsense", 400), ("GetId", 200)):
            connection.request("POST", "/", body, {"X-Amz-Target": f"AWSCognitoIdentityService.{operation}"})
            connected = connection.sock
            answer = connection.getresponse()
            answer.read()
            assert (answer.status, connection.sock) == (status, connected)


@pytest.mark.local_only
@pytest.mark.holds("wire-08", "identities-09", "developer_identities-16")
def test_unlinking_answers_with_an_empty_body(aws: Client) -> None:
    pool, login = aws.create_pool(**ALL_PROVIDERS), {GOOGLE: google("ann")}
    user = aws.get_id(pool, login)
    members = {"identity_pool_id": pool, "logins": {DEVELOPER: "bob"}}
    developer = aws.call("get_open_id_token_for_developer_identity", **members)["IdentityId"]
    named = {"IdentityPoolId": pool, "DeveloperProviderName": DEVELOPER, "DeveloperUserIdentifier": "bob"}
    answers = [
        post(
            aws.url, "UnlinkIdentity", {"IdentityId": user, "Logins": login, "LoginsToRemove": [GOOGLE]}, signed=False
        ),
        post(aws.url, "UnlinkDeveloperIdentity", {**named, "IdentityId": developer}),
    ]
    assert [(a.status, a.body, a.headers["content-length"]) for a in answers] == [(200, b"", "0")] * 2
