"""The three services that play Cognito Identity: ours, ministack, moto."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from .cognito import Service
from .environments import installed
from .http_client import Address
from .processes import Process, Program, answering, free_port, line, resident, running

OURS = "ours"
MINISTACK = "ministack"
MOTO = "moto"

_REQUIREMENTS = {MINISTACK: "ministack==1.5.*", MOTO: "moto[server]==5.2.*"}
PEERS = tuple(_REQUIREMENTS)


@dataclass(frozen=True)
class Running:
    """`started_in`: seconds from the start of the process to its first answer."""

    service: Service
    process: Process
    started_in: float

    @property
    def memory(self) -> int | None:
        return resident(self.process)


def version(peer: str) -> str:
    return f"{peer} {installed(_REQUIREMENTS[peer]).version(peer)}"


@asynccontextmanager
async def emulator(name: str, folder: Path) -> AsyncGenerator[Running]:
    """The service in a process of its own, ready; its data, if it keeps any, and its log are in the folder."""
    started = _ours(folder) if name == OURS else _peer(_PROGRAMS[name], folder)
    async with started as found:
        yield found


@asynccontextmanager
async def _ours(folder: Path) -> AsyncGenerator[Running]:
    """With its data on disk."""
    data, errors = str(folder / "data.sqlite3"), folder / "ours.log"
    command = (sys.executable, "-m", "cognito_identity_mcp", "local", "--data", data, "--port", "0")
    began = perf_counter()
    async with running(Program(command), errors) as process:
        service = Service(Address.of(await line(process, errors)))
        yield await _ready(service, process, began)


@asynccontextmanager
async def _peer(program: Callable[[int], Program], folder: Path) -> AsyncGenerator[Running]:
    port, errors = free_port(), folder / "peer.log"
    made = program(port)
    began = perf_counter()
    async with running(made, errors) as process:
        await answering(process, port, errors)
        yield await _ready(Service(Address("127.0.0.1", port)), process, began)


async def _ready(service: Service, process: Process, began: float) -> Running:
    await service.call("ListIdentityPools", {"MaxResults": 10})
    return Running(service, process, perf_counter() - began)


def _ministack(port: int) -> Program:
    """As it comes, but listening on loopback only and without a log line for every request."""
    settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "LOG_LEVEL": "WARNING"}
    return Program((installed(_REQUIREMENTS[MINISTACK]).python, "-m", "ministack"), settings)


def _moto(port: int) -> Program:
    return Program((installed(_REQUIREMENTS[MOTO]).script("moto_server"), "-H", "127.0.0.1", "-p", str(port)))


_PROGRAMS: dict[str, Callable[[int], Program]] = {MINISTACK: _ministack, MOTO: _moto}
