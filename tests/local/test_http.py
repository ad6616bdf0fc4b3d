"""The HTTP server without a network: whatever packets requests come in, the same answers in the same order."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

import pytest
from httptools import HttpResponseParser
from hypothesis import given, strategies as st

from cognito_identity_local.http import MAX_HEAD, Connections, Deliver, Request, Response

pytestmark = pytest.mark.local_only

LONGEST_BODY = 200
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
MALFORMED = "Invalid HTTP request received."
GET = b"GET /health HTTP/1.1\r\nX-Name: a\r\n\r\n"
NONSENSE = [b"\x00", b"GET\r\n\r\n", b"NONSENSE / HTTP/1.1\r\n\r\n"]
POST = b"POST / HTTP/1.1\r\nX-Name: b\r\nContent-Length: 3\r\n\r\nabc"


class Transport(asyncio.Transport):
    """Keeps what is written, and whether somebody reads."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_paused = self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.is_closed
        self.written += bytes(data)

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        assert not self.is_paused
        self.is_paused = True

    def resume_reading(self) -> None:
        assert self.is_paused
        self.is_paused = False


@dataclass
class Bodies:
    """httptools' callbacks for answers."""

    found: list[str] = field(default_factory=list[str])

    def on_message_begin(self) -> None:
        self.found.append("")

    def on_body(self, body: bytes) -> None:
        self.found[-1] += body.decode()


class Wire:
    """One connection and its application, which answers with what it has understood when it is told to."""

    def __init__(self, *packets: bytes) -> None:
        self.asked: list[tuple[Request, Deliver]] = []
        self.connections = Connections(lambda request, deliver: self.asked.append((request, deliver)), LONGEST_BODY)
        self.protocol = self.connections.accept()
        self.transport = Transport()
        self.protocol.connection_made(self.transport)
        self.send(*packets)

    def send(self, *packets: bytes) -> None:
        """As a network does: nothing comes while nobody reads, or after the end."""
        for packet in packets:
            while self.transport.is_paused and not self.transport.is_closed:
                self.answer()
            if not self.transport.is_closed:
                self.protocol.data_received(packet)

    def answer(self) -> None:
        assert len(self.asked) == 1, "requests of a connection are answered one at a time"
        request, deliver = self.asked.pop()
        name, body = request.headers.get("x-name", ""), request.body
        deliver(Response(200, words(request.method, request.path, name, body).encode(), (("X-Name", name),)))

    def answer_all(self) -> None:
        while self.asked:
            self.answer()

    def hang_up(self) -> None:
        """The client closes its half."""
        if not self.protocol.eof_received():
            self.transport.close()

    @property
    def answers(self) -> list[str]:
        """The bodies, in order."""
        bodies = Bodies()
        HttpResponseParser(bodies).feed_data(self.transport.written.replace(CONTINUE, b""))
        return bodies.found


def words(method: str, path: str, name: str, body: bytes | None) -> str:
    return f"{method} {path} {name} {'too long' if body is None else body.decode()}"


@dataclass(frozen=True)
class Sent:
    """A request as it travels, and the words that answer it."""

    text: bytes
    answer: str


def chunked(body: bytes, size: int, trailer: str) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + f"0\r\n{trailer}\r\n".encode()


@st.composite
def requests(draw: st.DrawFn) -> Sent:
    method, path = draw(st.sampled_from(["GET", "POST", "PUT", "OPTIONS"])), draw(st.sampled_from(["/", "/a", "/a/b"]))
    name, body = draw(st.text("abc", min_size=1)), draw(st.binary(max_size=LONGEST_BODY * 2)).hex()[: LONGEST_BODY * 2]
    target = draw(st.sampled_from([path, f"{path}?q=1", f"http://host{path}"]))
    head = f"{method} {target} HTTP/1.1\r\nHost: x\r\n{draw(st.sampled_from(['X-Name', 'x-name', 'X-NAME']))}: {name}"
    content = body.encode()
    if draw(st.booleans()):
        trailer = draw(st.sampled_from(["", "X-Name: trailer\r\n"]))
        text = f"{head}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + chunked(
            content, draw(st.integers(1, 99)), trailer
        )
    else:
        text = f"{head}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content
    return Sent(text, words(method, path, name, content if len(content) <= LONGEST_BODY else None))


def packets(data: st.DataObject, text: bytes) -> list[bytes]:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@pytest.mark.holds("wire-11", "service-16")
@given(st.lists(requests(), min_size=1, max_size=5), st.data())
def test_packets_make_no_difference(expected: list[Sent], data: st.DataObject) -> None:
    """Answers are given as late as can be, or now and then."""
    wire = Wire()
    for packet in packets(data, b"".join(each.text for each in expected)):
        wire.send(packet)
        if data.draw(st.booleans()) and wire.asked:
            wire.answer()
    wire.answer_all()
    assert wire.answers == [each.answer for each in expected]
    assert not wire.transport.is_closed
    assert not wire.transport.is_paused


@pytest.mark.holds("wire-11")
@given(
    st.lists(requests(), max_size=3),
    st.sampled_from([b"\x00", b"GET\r\n\r\n", b"NONSENSE / HTTP/1.1\r\n\r\n"]),
    st.data(),
)
def test_what_is_no_request_is_refused_after_the_answers_to_what_came_before(
    before: list[Sent], nonsense: bytes, data: st.DataObject
) -> None:
    wire = Wire(*packets(data, b"".join(each.text for each in before) + nonsense), GET)
    wire.answer_all()
    assert wire.answers == [*(each.answer for each in before), MALFORMED]
    assert b"HTTP/1.1 400 Bad Request\r\n" in wire.transport.written
    assert wire.transport.is_closed


@pytest.mark.holds("service-16")
@given(st.binary(max_size=300), st.data())
def test_any_bytes_are_survived(content: bytes, data: st.DataObject) -> None:
    wire = Wire(*packets(data, content))
    wire.answer_all()
    assert wire.transport.is_closed is (MALFORMED in wire.answers)


@pytest.mark.holds("wire-10")
def test_an_answer_on_the_wire() -> None:
    wire = Wire(POST)
    wire.answer()
    head, _, body = wire.transport.written.partition(b"\r\n\r\n")
    date = re.compile(rb"date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
    lines = head.split(b"\r\n")
    assert date.fullmatch(lines.pop(1))
    assert lines == [b"HTTP/1.1 200 OK", b"X-Name: b", b"Content-Length: 12"]
    assert body == b"POST / b abc"


@pytest.mark.holds("wire-10")
def test_the_answer_to_head_has_a_length_and_no_body() -> None:
    wire = Wire(b"HEAD / HTTP/1.1\r\n\r\n" + GET)
    wire.answer_all()
    first, _, second = wire.transport.written.partition(b"\r\n\r\n")
    assert b"Content-Length: 8" in first
    assert second.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.holds("wire-11")
@pytest.mark.parametrize(
    "last", [b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"]
)
def test_a_client_that_wants_no_more_answers_gets_none(last: bytes) -> None:
    wire = Wire(GET + last + GET)
    wire.answer_all()
    assert len(wire.answers) == 2
    assert wire.transport.written.count(b"connection: close\r\n") == 1
    assert wire.transport.is_closed


@pytest.mark.holds("wire-01")
def test_a_client_that_waits_is_told_to_go_on_when_its_turn_comes() -> None:
    head = b"POST / HTTP/1.1\r\nX-Name: c\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n"
    wire = Wire(GET + head)
    assert wire.transport.written == b""
    wire.answer()
    assert wire.transport.written.endswith(CONTINUE)
    wire.send(b"ab")
    wire.answer()
    assert wire.answers == ["GET /health a ", "POST / c ab"]
    wire.send(head + b"cd")
    wire.answer()
    assert wire.transport.written.count(CONTINUE) == 1


@pytest.mark.holds("service-16")
def test_an_endless_head_is_refused() -> None:
    wire = Wire(b"GET / HTTP/1.1\r\n", *[b"X-More: " + b"x" * 1000 + b"\r\n"] * (MAX_HEAD // 1000))
    assert wire.answers == ["The head of the request is too long."]
    assert wire.transport.written.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert wire.transport.is_closed


@pytest.mark.holds("service-13")
def test_nothing_is_read_while_answers_are_not_taken() -> None:
    wire = Wire(GET)
    wire.protocol.pause_writing()
    wire.answer()
    assert wire.transport.is_paused
    wire.protocol.data_received(POST)
    assert wire.asked == []
    wire.protocol.resume_writing()
    wire.answer()
    assert wire.answers == ["GET /health a ", "POST / b abc"]
    assert not wire.transport.is_paused


@pytest.mark.holds("service-13")
def test_nothing_is_read_while_requests_wait() -> None:
    wire = Wire(GET * 3)
    assert wire.transport.is_paused
    wire.answer()
    assert wire.transport.is_paused
    wire.answer()
    assert not wire.transport.is_paused


@pytest.mark.holds("wire-11")
def test_whoever_closes_their_half_gets_the_answers() -> None:
    wire = Wire(GET * 2)
    wire.hang_up()
    wire.answer_all()
    assert len(wire.answers) == 2
    assert wire.transport.is_closed
    quiet = Wire(GET[:-1])
    quiet.hang_up()
    assert (quiet.transport.written, quiet.transport.is_closed) == (b"", True)


@pytest.mark.holds("service-03")
async def test_the_end_waits_for_the_request_that_runs_and_for_no_other() -> None:
    wire, idle = Wire(GET * 2), Wire()
    ending = asyncio.ensure_future(wire.connections.end(20))
    await asyncio.wait([ending], timeout=0)
    assert not wire.transport.is_closed
    wire.send(GET)
    wire.answer()
    assert (len(wire.answers), wire.transport.is_closed) == (1, True)
    wire.protocol.connection_lost(None)
    await ending
    await idle.connections.end(0)
    assert idle.transport.is_closed


@pytest.mark.holds("service-03")
async def test_the_end_comes_also_while_a_request_runs() -> None:
    wire = Wire(GET)
    await wire.connections.end(0)
    assert wire.transport.is_closed
    wire.answer()
    assert wire.transport.written == b""


@pytest.mark.holds("wire-11")
def test_silent_connections_are_closed_at_the_second_look_unless_a_request_runs() -> None:
    wire, working = Wire(GET), Wire(GET)
    wire.answer()
    for each in (wire, working):
        each.connections.close_silent_ones()
    assert not wire.transport.is_closed
    wire.send(GET)
    wire.answer()
    for each in (wire, working):
        each.connections.close_silent_ones()
        each.connections.close_silent_ones()
    assert (wire.transport.is_closed, working.transport.is_closed) == (True, False)


@pytest.mark.holds("wire-11")
def test_nobody_is_connected_to_elsewhere() -> None:
    wire = Wire(b"CONNECT host:80 HTTP/1.1\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\n" + GET)
    wire.answer_all()
    assert wire.answers == ["CONNECT   ", "GET /health a "]


@pytest.mark.holds("wire-11")
@pytest.mark.parametrize(
    ("rest", "body"),
    [
        (b"\r\n", ""),
        (b"Content-Length: 3\r\n\r\nabc", "abc"),
        (b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc", "abc"),
        (b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "abc"),
    ],
)
@given(st.data())
def test_http_goes_on_whatever_other_protocol_is_offered(rest: bytes, body: str, data: st.DataObject) -> None:
    """As Java's client offers HTTP/2 with every request."""
    head = b"POST /a HTTP/1.1\r\nX-Name: u\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    wire = Wire(*packets(data, head + rest + GET))
    wire.answer_all()
    assert wire.answers == [f"POST /a u {body}", "GET /health a "]
