"""What is seen of requests from outside: the log, and the answer to those who only want to know whether it serves."""

from __future__ import annotations

import http.client
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.clocks import Clock
from tests.processes import local_url, pipe, started

from .service import Service, serving

_LINE = re.compile(
    r"[\d-]+ [\d:,]+ INFO cognito_identity_local\.requests: (?P<told>.*: \d+) in \d+\.\d ms(?P<error>.*)"
)
ABSENT = "us-east-1:00000000-0000-0000-0000-000000000000"


def ask(url: str, method: str, path: str, target: str = "") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request(method, path, b"{}", {"X-Amz-Target": target} if method == "POST" else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.holds("service-19")
def test_every_request_is_a_line_of_the_log() -> None:
    with started("local", "--port", "0", "--log-level", "info") as process:
        url = local_url(process)
        service = Service(url, Clock(), account="AKID")
        service.create_pool()
        service.refused("GetId", IdentityPoolId=ABSENT)
        replace(service, account="111122223333", region="eu-west-1").refused("ListIdentityPools", MaxResults=61)
        ask(url, "POST", "/", "AWSCognitoIdentityService.GetId")
        ask(url, "POST", "/a?secret=1", "Other.Li\x85st")
        ask(url, "GET", "/health")
        process.terminate()
        assert process.wait(20) == 0
        lines = pipe(process.stderr).read().decode().splitlines()[1:]
    told = [found["told"] + found["error"] if (found := _LINE.fullmatch(line)) else line for line in lines]
    invalid = "400, ValidationException: 1 validation error detected:"
    too_many = (
        "Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60"
    )
    nothing = "Value null at 'identityPoolId' failed to satisfy constraint: Member must not be null"
    assert told[:4] == [
        "CreateIdentityPool of 123456789012 in us-east-1: 200",
        f"GetId of 123456789012 in us-east-1: 400, ResourceNotFoundException: IdentityPool '{ABSENT}' not found.",
        f"ListIdentityPools of 111122223333 in eu-west-1: {invalid} {too_many}",
        f"GetId unsigned: {invalid} {nothing}",
    ]
    assert told[4].startswith("POST /a Other.Li?st: 400, UnknownOperationException")
    assert told[5:] == ["GET /health: 200"]


@pytest.mark.holds("service-19")
def test_requests_are_not_logged_unless_it_is_asked_for() -> None:
    with started("local", "--port", "0") as process:
        ask(local_url(process), "GET", "/health")
        process.terminate()
        assert process.wait(20) == 0
        assert len(pipe(process.stderr).read().decode().splitlines()) == 1


@pytest.mark.holds("service-15")
def test_tools_that_wait_may_ask_without_wanting_the_answer() -> None:
    with serving() as service:
        assert ask(service.url, "GET", "/health") == (200, b'{"status":"ok"}')
        assert ask(service.url, "HEAD", "/health") == (200, b"")
        assert ask(service.url, "HEAD", "/reset")[0] == 400
