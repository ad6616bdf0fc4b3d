"""HTTP/1.1 on asyncio: a connection's bytes become requests, answers become bytes. httptools knows the syntax.

A connection answers its requests one at a time and in their order, whatever packets they come in. It reads no further
while requests wait or while the client does not take its answers, so that no client can fill the memory. Knows nothing
of AWS; `Connections` is its public door.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple, cast

from httptools import HttpParserError, HttpParserInvalidURLError, HttpParserUpgrade, HttpRequestParser, parse_url

MAX_HEAD = 64 * 1024
"""Bytes in which no head, part of a body or message ends, after which a client is refused."""

IDLE_SECONDS = 60.0
"""A connection on which nothing happens for one to two times as long is closed."""

_log = logging.getLogger(__name__)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Request(NamedTuple):
    """`headers` by lower-case name; `body` None: longer than the server takes."""

    method: str
    target: bytes
    headers: Mapping[str, str]
    body: bytes | None
    is_last: bool = False
    """The connection ends with the answer."""

    @property
    def path(self) -> str:
        """Of the target, which may be a whole URL; empty where there is none."""
        try:
            return (parse_url(self.target).path or b"").decode("latin-1")
        except HttpParserInvalidURLError:
            return ""


class Response(NamedTuple):
    """`headers` are sent as they are spelt. Date, length and connection are not among them."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


Deliver = Callable[[Response], None]
Answer = Callable[[Request, Deliver], None]
"""Takes a request and calls back with its answer: once, on the same event loop, after it has returned."""

_TEXT = (("content-type", "text/plain; charset=utf-8"),)
_MALFORMED = Response(400, b"Invalid HTTP request received.", _TEXT)
_TOO_LONG = Response(431, b"The head of the request is too long.", _TEXT)


class Connections:
    """All connections of a server."""

    def __init__(self, answer: Answer, longest_body: int) -> None:
        self.answer = answer
        self.longest_body = longest_body
        self.open: set[_Connection] = set()
        self.none_open = asyncio.Event()

    def accept(self) -> asyncio.Protocol:
        """The protocol of a new connection."""
        return _Connection(self)

    async def close_idle_ones(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(IDLE_SECONDS)
            self.close_silent_ones()

    def close_silent_ones(self) -> None:
        """Those on which nothing has happened since the last time."""
        for connection in list(self.open):
            connection.close_if_silent()

    async def end(self, grace: float) -> None:
        """Each ends with the answer to the request that runs; all end after so many seconds."""
        self.none_open.clear()
        for connection in list(self.open):
            connection.end()
        if self.open:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.none_open.wait(), grace)
        for connection in list(self.open):
            connection.abort()


class _Reader:
    """httptools' callbacks: gathers the parts of one request after the other."""

    def __init__(self, longest_body: int, on_request: Callable[[Request], None]) -> None:
        self.is_awaited = False
        """The client has sent a head and waits for a word before it sends the body."""
        self._parser = HttpRequestParser(self)
        self._longest_body = longest_body
        self._on_request = on_request
        self._unfinished = 0

    def read(self, data: bytes) -> Response | None:
        """Hands over the requests that end in these bytes. The refusal of bytes after which nothing can be read."""
        self._unfinished += len(data)
        try:
            while data:
                data = self._feed(data)
        except HttpParserError:
            return _MALFORMED
        return _TOO_LONG if self._unfinished > MAX_HEAD else None

    def _feed(self, data: bytes) -> bytes:
        """What is left. Whatever other protocol a client offers to change to, HTTP goes on."""
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as offer:
            rest = data[offer.args[0] :]
            return self._head_without_offer() + rest if self._is_body_ahead else rest
        return b""

    @property
    def _is_body_ahead(self) -> bool:
        """The parser takes what comes after an offer for the other protocol, also the body of the request."""
        if "upgrade" not in self._head or not self._parser.should_upgrade():
            return False
        return "transfer-encoding" in self._head or self._head.get("content-length", "0") != "0"

    def _head_without_offer(self) -> bytes:
        start = f"{self._parser.get_method().decode()} {self._target.decode('latin-1')} HTTP/1.1"
        lines = [f"{name}: {value}" for name, value in self._head.items() if name != "upgrade"]
        return "\r\n".join([start, *lines, "\r\n"]).encode("latin-1")

    def on_message_begin(self) -> None:
        self._target, self._length = b"", 0
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def on_url(self, part: bytes) -> None:
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Headers that come later are trailers, which nobody reads."""
        self._unfinished = 0
        self._head, self._headers = self._headers, {}
        self.is_awaited = self._head.get("expect", "").lower() == "100-continue"

    def on_body(self, part: bytes) -> None:
        """A body that is too long is read to its end: who is still sending does not see an answer."""
        self._unfinished = 0
        self.is_awaited = False
        self._length += len(part)
        if self._length <= self._longest_body:
            self._body.append(part)
        else:
            self._body.clear()

    def on_message_complete(self) -> None:
        if self._is_body_ahead:
            return
        self._unfinished = 0
        self.is_awaited = False
        body = b"".join(self._body) if self._length <= self._longest_body else None
        is_last = not self._parser.should_keep_alive() or self._parser.get_http_version() == "1.0"
        self._on_request(Request(self._parser.get_method().decode(), self._target, self._head, body, is_last))


class _Connection(asyncio.Protocol):
    """`_waiting` are requests that are read and not begun, `_current` is the one that is being answered."""

    def __init__(self, all_connections: Connections) -> None:
        self._all = all_connections
        self._waiting: deque[Request] = deque()
        self._reader = _Reader(all_connections.longest_body, self._waiting.append)
        self._current: Request | None = None
        self._refusal: Response | None = None
        self._is_ending = self._is_full = self._is_paused = self._is_silent = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._all.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._waiting.clear()
        self._all.open.discard(self)
        if not self._all.open:
            self._all.none_open.set()

    def data_received(self, data: bytes) -> None:
        self._is_silent = False
        if self._refusal is None and not self._is_ending:
            self._read(data)
        self._go_on()

    def _read(self, data: bytes) -> None:
        self._refusal = self._reader.read(data)
        if self._refusal is not None:
            _log.warning("a client that does not speak HTTP was refused with status %s", self._refusal.status)

    def eof_received(self) -> bool:
        """Whether the connection stays: a client may close its half and wait for answers."""
        self._is_ending = True
        return self._is_busy

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = self._is_silent = False
        self._go_on()

    def end(self) -> None:
        self._waiting.clear()
        self._is_ending = True
        self._go_on()

    def close_if_silent(self) -> None:
        if self._is_silent and self._current is None:
            self.abort()
        self._is_silent = True

    def abort(self) -> None:
        self._transport.abort()

    @property
    def _is_busy(self) -> bool:
        return self._current is not None or bool(self._waiting)

    def _go_on(self) -> None:
        if self._transport.is_closing():
            return
        if not self._is_busy:
            self._rest()
        elif self._current is None and not self._is_full:
            self._current = self._waiting.popleft()
            self._all.answer(self._current, self._deliver)
        self._regulate()

    def _rest(self) -> None:
        """All that was asked is answered."""
        if self._refusal is not None:
            self._transport.write(_message(self._refusal, has_body=True, is_last=True))
        elif self._reader.is_awaited:
            self._reader.is_awaited = False
            self._transport.write(_CONTINUE)
        if self._refusal is not None or self._is_ending:
            self._transport.close()

    def _regulate(self) -> None:
        """Reads only what can be answered soon."""
        is_enough = self._is_full or bool(self._waiting)
        if is_enough is self._is_paused or self._transport.is_closing():
            return
        self._is_paused = is_enough
        if is_enough:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _deliver(self, response: Response) -> None:
        request, self._current = self._current, None
        if request is None or self._transport.is_closing():
            return
        is_last = request.is_last or (self._is_ending and not self._waiting)
        self._transport.write(_message(response, has_body=request.method != "HEAD", is_last=is_last))
        if is_last:
            self._transport.close()
        else:
            self._go_on()


def _message(response: Response, *, has_body: bool, is_last: bool) -> bytes:
    lines = [f"{name}: {value}\r\n" for name, value in response.headers]
    ending = "connection: close\r\n\r\n" if is_last else "\r\n"
    start = f"HTTP/1.1 {_reason(response.status)}\r\ndate: {_date(int(time.time()))}\r\n"
    head = f"{start}{''.join(lines)}Content-Length: {len(response.body)}\r\n{ending}".encode("latin-1")
    return head + response.body if has_body else head


@lru_cache(maxsize=64)
def _reason(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


@lru_cache(maxsize=1)
def _date(now: int) -> str:
    """In the one form of RFC 9110; `email.utils`, which makes it too, is slow to import."""
    at = time.gmtime(now)
    day, month = _DAYS[at.tm_wday], _MONTHS[at.tm_mon - 1]
    return f"{day}, {at.tm_mday:02} {month} {at.tm_year} {at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} GMT"
