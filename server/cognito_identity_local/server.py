"""Running the service: the socket, the signals, the data, and the order in which they are opened and closed."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from cognito_identity_local.app import App
from cognito_identity_local.context import Call, Caller, Clock, Entropy
from cognito_identity_local.data import Data, Load, load_nothing
from cognito_identity_local.database import DataInUseError, LocalServiceError, open_database
from cognito_identity_local.holder import announce, forget
from cognito_identity_local.http import Connections
from cognito_identity_local.keys import Keys
from cognito_identity_local.login_keys import LoginKeys, LoginKeySettings
from cognito_identity_local.quotas import DEFAULT, Quotas
from cognito_identity_local.service import LocalCognitoIdentity
from cognito_identity_local.store import Store
from cognito_identity_local.wire import MAX_BODY

if TYPE_CHECKING:
    from cognito_identity_local.faults import Faults, FaultSettings, Sleep

__all__ = ["DataInUseError", "LocalServiceError", "LocalSettings", "dumped", "embedded", "run"]

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_GRACE = 1
"""Seconds that open requests get at the end."""


@dataclass(frozen=True, kw_only=True)
class LocalSettings:
    """`host` may be one of IPv6, `port` 0 takes a free one. `data` is the database's file, made at need; None
    keeps all in memory.

    Signed requests belong to `account_id` unless their access key id is an account's twelve digits. `default_region` is
    for what names no region: unsigned requests without an id, and the key documents. `seed` is a file to load first;
    with `seed_if_empty` not into data that have pools, so that every start can name it.
    """

    host: str = "127.0.0.1"
    port: int = 9230
    data: Path | None = None
    account_id: str = "123456789012"
    default_region: str = "us-east-1"
    login_keys: LoginKeySettings = field(default_factory=LoginKeySettings)
    quotas: Quotas = DEFAULT
    faults: FaultSettings | None = None
    seed: Path | None = None
    seed_if_empty: bool = False

    def __post_init__(self) -> None:
        """
        Raises:
            LocalServiceError: the account or the region is none, or there is no seed for `seed_if_empty`.
        """
        if not _ACCOUNT.fullmatch(self.account_id):
            raise LocalServiceError(f"--account-id {self.account_id}: write an account's twelve digits.")
        if not _REGION.fullmatch(self.default_region):
            raise LocalServiceError(f"--region {self.default_region}: write a region's name, as us-east-1.")
        if self.seed_if_empty and self.seed is None:
            raise LocalServiceError("--seed-if-empty: name the seed, as --seed pools.toml.")


def run(
    settings: LocalSettings,
    on_ready: Callable[[str], None],
    *,
    clock: Clock = time.time,
    entropy: Entropy = os.urandom,
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Serves until SIGTERM or SIGINT. `on_ready` is given the address once connections are accepted.

    Raises:
        LocalServiceError: the port or the data cannot be used.
    """
    with _prepared(settings, clock, entropy, sleep) as (app, listener):
        running = _Running(app, listener, lambda: on_ready(_url(listener)))
        with _signals(running.stop):
            running.run()


@contextmanager
def embedded(
    settings: LocalSettings,
    *,
    clock: Clock = time.time,
    entropy: Entropy = os.urandom,
    sleep: Sleep = asyncio.sleep,
) -> Generator[str]:
    """The service in a thread of its own, at the address that is yielded, until the block ends.

    Raises:
        LocalServiceError: the port or the data cannot be used.
    """
    started = threading.Event()
    with _prepared(settings, clock, entropy, sleep) as (app, listener):
        running = _Running(app, listener, started.set)
        thread = threading.Thread(target=_run_beside, args=(running, started), daemon=True)
        thread.start()
        started.wait()
        try:
            yield _url(listener)
        finally:
            running.stop()
            thread.join()


@contextmanager
def _prepared(
    settings: LocalSettings, clock: Clock, entropy: Entropy, sleep: Sleep
) -> Generator[tuple[App, socket.socket]]:
    """The socket first: it costs nothing to give back. The store is closed last, by the thread that opened it."""
    with _listen(settings) as listener, _opened(settings, clock, entropy) as data:
        app = App(
            LocalCognitoIdentity(data.store, clock=clock, entropy=entropy, quotas=settings.quotas),
            settings.account_id,
            settings.default_region,
            login_keys=LoginKeys(settings.login_keys, clock=clock),
            faults=_faults(settings, clock, sleep),
            data=data,
        )
        with _announced(settings.data, _url(listener)):
            yield app, listener


@contextmanager
def _announced(file: Path | None, url: str) -> Generator[None]:
    """Data in memory has no others who could want to know."""
    if file is None:
        yield
        return
    try:
        announce(file, url)
    except OSError as error:
        raise LocalServiceError(
            f"Cannot write beside the data file {file}: {error.strerror}. Make room there, or choose another data file."
        ) from error
    try:
        yield
    finally:
        forget(file)


def _faults(settings: LocalSettings, clock: Clock, sleep: Sleep) -> Faults | None:
    """Imported at need: starting must be quick."""
    if settings.faults is None or settings.faults.are_off:
        return None
    from cognito_identity_local.faults import Faults

    return Faults(settings.faults, clock=clock, sleep=sleep)


def dumped(settings: LocalSettings, *, clock: Clock = time.time, entropy: Entropy = os.urandom) -> str:
    """The data as a seed in JSON, once the settings' own seed is loaded. Nothing is served.

    Raises:
        LocalServiceError: the data or the seed cannot be used, or there is neither.
    """
    if settings.seed is None and (settings.data is None or not settings.data.exists()):
        raise LocalServiceError(f"There is nothing to dump: {_no_data(settings.data)}.")
    with _opened(settings, clock, entropy) as data:
        return data.dump()


def _no_data(file: Path | None) -> str:
    return f"{file} does not exist" if file else "name a data file or a seed"


@contextmanager
def _opened(settings: LocalSettings, clock: Clock, entropy: Entropy) -> Generator[Data]:
    """The data with the seed in it. The seed is read before the data is touched."""
    load = _seeding(settings, settings.seed, clock, entropy) if settings.seed else load_nothing
    data = Data(Store(open_database(settings.data)), load)
    try:
        data.begin(if_empty=settings.seed_if_empty)
        yield data
    finally:
        data.store.close()


def _seeding(settings: LocalSettings, file: Path, clock: Clock, entropy: Entropy) -> Load:
    """What loads the seed, inside a transaction. Imported at need: starting must be quick."""
    from cognito_identity_local.seed.loading import load
    from cognito_identity_local.seed.reading import read_seed

    seed, caller = read_seed(file), Caller(settings.account_id, settings.default_region, signed=True)

    def run_load(store: Store, account: str | None) -> None:
        call = Call(caller, store, Keys(store.signing_keys), clock(), entropy, quotas=settings.quotas)
        load(call, seed, file, account)

    return run_load


def _listen(settings: LocalSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        place = _place(settings.host, settings.port)
        raise LocalServiceError(f"Cannot listen on {place}: {_reason(error)}. {_way_out(error)}") from error


def _reason(error: OSError | OverflowError) -> str:
    """The system's words alone; a failed look-up of the host has numbers, and words, of its own."""
    if isinstance(error, OverflowError) or error.errno is None or error.errno < 0:
        return str(error.args[-1]).partition(" (while")[0]
    return os.strerror(error.errno)


def _way_out(error: OSError | OverflowError) -> str:
    if isinstance(error, OSError) and (error.errno is None or error.errno < 0 or error.errno == errno.EADDRNOTAVAIL):
        return "Choose an address of this machine, as 127.0.0.1, or 0.0.0.0 for all of them."
    return "Stop the program that uses the port, or choose another port (0 takes a free one)."


def _url(listener: socket.socket) -> str:
    return f"http://{_place(*listener.getsockname()[:2])}"


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Running:
    """One run of the event loop in the calling thread."""

    def __init__(self, app: App, listener: socket.socket, on_started: Callable[[], None]) -> None:
        self._app = app
        self._listener = listener
        self._on_started = on_started
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()

    def run(self) -> None:
        """Until it is stopped and the requests that run are answered."""
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        connections = Connections(self._app.answer, MAX_BODY)
        server = await self._loop.create_server(connections.accept, sock=self._listener)
        sweeping = asyncio.ensure_future(connections.close_idle_ones())
        self._on_started()
        await self._stopped.wait()
        sweeping.cancel()
        server.close()
        await connections.end(_GRACE)
        self._loop = None

    def stop(self) -> None:
        """From any thread, and from a signal's handler."""
        if self._loop is None:
            self._stopped.set()
        else:
            self._loop.call_soon_threadsafe(self._stopped.set)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, which is not made for Windows; None is asyncio's own."""
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


def _run_beside(running: _Running, started: threading.Event) -> None:
    """In a thread of its own. Whoever waits for the start goes on also when it fails; the traceback is the thread's."""
    try:
        running.run()
    finally:
        started.set()


@contextmanager
def _signals(stop: Callable[[], None]) -> Generator[None]:
    """SIGTERM and SIGINT are an orderly stop, in the main thread; elsewhere signals cannot be caught."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def caught(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a handler is given both
        stop()

    before = {each: signal.signal(each, caught) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
