"""Reading one document over HTTP without blocking the service: a GET, no redirects, bounded in time and in size.

Redirects count as failures, so that only addresses that somebody configured are ever asked.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

import httptools

from cognito_identity_local.jwks import KeysUnavailable

TIMEOUT = 5
"""Seconds for the whole exchange."""
_LARGEST = 1024 * 1024
"""Bytes of an answer with its head."""
_CHUNK = 64 * 1024
_SIZED = frozenset({b"content-length", b"transfer-encoding"})


class _Answer:
    """What httptools' parser reports."""

    def __init__(self) -> None:
        self.body = bytearray()
        self.is_sized = False
        self.is_complete = False

    def on_header(self, name: bytes, _: bytes) -> None:
        self.is_sized = self.is_sized or name.lower() in _SIZED

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.is_complete = True


async def get(url: str) -> bytes:
    """The body of the answer to a GET.

    Raises:
        KeysUnavailable: no answer in time, or one without status 200.
    """
    try:
        async with asyncio.timeout(TIMEOUT):
            return await _exchange(urlsplit(url))
    except TimeoutError as error:
        raise KeysUnavailable(f"no answer in {TIMEOUT} seconds") from error
    except (OSError, httptools.HttpParserError, UnicodeError) as error:
        raise KeysUnavailable(str(error)) from error


async def _exchange(url: SplitResult) -> bytes:
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 80)
    context = ssl.create_default_context() if secure else None
    reader, writer = await asyncio.open_connection(url.hostname, port, ssl=context)
    try:
        writer.write(_request(url))
        return await _body(reader)
    finally:
        writer.transport.abort()


def _request(url: SplitResult) -> bytes:
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    head = (f"GET {target} HTTP/1.1", f"Host: {url.netloc}", "Accept: application/json", "Connection: close")
    return "\r\n".join([*head, "", ""]).encode()


async def _body(reader: asyncio.StreamReader) -> bytes:
    answer = _Answer()
    parser = httptools.HttpResponseParser(answer)
    length = 0
    while not answer.is_complete and (data := await reader.read(_CHUNK)):
        length += len(data)
        if length > _LARGEST:
            raise KeysUnavailable(f"the answer is longer than {_LARGEST} bytes")
        with suppress(httptools.HttpParserUpgrade):  # its status says so
            parser.feed_data(data)
    if answer.is_sized and not answer.is_complete:
        raise KeysUnavailable("the answer breaks off")
    if parser.get_status_code() != 200:
        raise KeysUnavailable(f"the answer has status {parser.get_status_code()}")
    return bytes(answer.body)
