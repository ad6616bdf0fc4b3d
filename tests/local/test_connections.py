"""HTTP as any client may speak it, over a real socket."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from cognito_identity_local.faults import FaultSettings, Latency
from cognito_identity_local.server import LocalSettings, embedded

from .client import Client, authorization, opened, raw

pytestmark = pytest.mark.local_only

GET_ID = "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\n"
BACKLOG = 3000


@contextmanager
def connected(url: str) -> Generator[socket.socket]:
    address = urlsplit(url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=20) as connection:
        yield connection


def answered(connection: socket.socket) -> bytes:
    """All that comes until the service closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.holds("wire-11", "service-13")
def test_thousands_of_requests_before_the_first_answer_is_read(aws: Client) -> None:
    pool = aws.create_pool()
    body = json.dumps({"IdentityPoolId": pool})
    one = f"{GET_ID}Content-Length: {len(body)}\r\n\r\n{body}".encode()
    last = one.replace(b"Host: x", b"Connection: close")
    with connected(aws.url) as connection:
        sender = threading.Thread(target=connection.sendall, args=(one * BACKLOG + last,))
        sender.start()
        answers = answered(connection)
        sender.join(20)
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == BACKLOG + 1
    assert len(set(re.findall(rb'"IdentityId":"([^"]*)"', answers))) == BACKLOG + 1


@pytest.mark.holds("wire-01")
def test_a_body_in_chunks(aws: Client) -> None:
    body = json.dumps({"IdentityPoolId": aws.create_pool()}).encode()
    with opened(aws.url) as connection:
        chunks = iter([body[:7], body[7:]])
        connection.request(
            "POST", "/", chunks, {"X-Amz-Target": "AWSCognitoIdentityService.GetId"}, encode_chunked=True
        )
        answer = connection.getresponse()
        assert (answer.status, list(json.loads(answer.read()))) == (200, ["IdentityId"])


@pytest.mark.holds("service-16")
def test_bytes_that_are_no_request(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
        answer = answered(connection)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.endswith(b"connection: close\r\n\r\nInvalid HTTP request received.")


@pytest.mark.holds("wire-01", "wire-21")
def test_the_answer_to_head_has_no_body(url: str) -> None:
    answer = raw(url, "HEAD")
    assert (answer.status, answer.body) == (400, b"")
    assert answer.headers["x-amzn-errortype"] == "UnknownOperationException:"


@pytest.mark.holds("service-03")
def test_a_request_that_runs_at_the_end_is_answered() -> None:
    begun, go = threading.Event(), threading.Event()

    async def sleep(_: float) -> None:
        begun.set()
        await asyncio.to_thread(go.wait, 20)

    settings = LocalSettings(port=0, faults=FaultSettings(latency=Latency(1)))
    with ExitStack() as service:
        url = service.enter_context(embedded(settings, sleep=sleep))
        with opened(url) as connection:
            headers = {"X-Amz-Target": "AWSCognitoIdentityService.ListIdentityPools", **authorization()}
            connection.request("POST", "/", b'{"MaxResults":1}', headers)
            assert begun.wait(20)
            ending = threading.Thread(target=service.close)
            ending.start()
            refused_soon(url)
            go.set()
            answer = connection.getresponse()
            assert (answer.status, answer.headers["connection"], answer.read()) == (
                200,
                "close",
                b'{"IdentityPools":[]}',
            )
            ending.join(20)
            assert not ending.is_alive()


def refused_soon(url: str) -> None:
    """Until nobody listens any more: the service has begun to end."""
    for _ in range(100_000):
        try:
            raw(url, "GET", "/health")
        except OSError:
            return
    raise AssertionError("the service goes on")
