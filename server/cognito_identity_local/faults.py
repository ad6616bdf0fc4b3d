"""Faults on purpose: slow answers, throttling and errors, so that users can test their own retries. Off by default.

Everything is decided after a request was found valid and before its operation runs: a request that meets a fault has
changed nothing. For each request the order is latency, throttle, faults in the order they were given; every decision
takes one number from the same source of chance, so that the same requests in the same order meet the same faults.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cognito_identity_local.context import Caller, Clock
from cognito_identity_local.database import LocalServiceError
from cognito_identity_local.denial import denial
from cognito_identity_tools.catalogue import BY_AWS_NAME
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.shapes import Shape

Sleep = Callable[[float], Awaitable[None]]
"""Waits that many seconds, like `asyncio.sleep`."""

EVERY = "*"
"""All operations."""

PUBLISHED = "published"
"""The rates of the catalogue, which AWS publishes (fact sheet §14)."""

RATE_EXCEEDED = "Rate exceeded"
LOCAL_INJECTED = "An error on purpose, which the local service was told to answer."
_TEXTS = {
    ErrorCode.TOO_MANY_REQUESTS: RATE_EXCEEDED,
    ErrorCode.THROTTLING: RATE_EXCEEDED,
    ErrorCode.UNRECOGNIZED_CLIENT: "The security token included in the request is invalid.",
}
"""AWS's own, where they are known and the same for every request."""

_CODES = {str(code): code for code in ErrorCode}

_LATENCY = re.compile(r"(?P<mean>[\d.]+)(?P<unit>ms|s)(?:(?:±|\+-)(?P<spread>[\d.]+)(?P<spread_unit>ms|s))?")
_UNITS = {"ms": 0.001, "s": 1.0}


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds; each request waits somewhere in `mean` ± `spread`, evenly spread, never less than nothing."""

    mean: float
    spread: float = 0.0

    def of(self, chance: float) -> float:
        return max(0.0, self.mean + self.spread * (2 * chance - 1))


@dataclass(frozen=True, slots=True)
class Fault:
    """`operation` by its name in the API, or `EVERY`."""

    operation: str
    code: ErrorCode
    probability: float

    def meets(self, operation: Operation) -> bool:
        return self.operation in (EVERY, operation.aws_name)

    def error(self, operation: Operation, caller: Caller, request: Shape) -> CognitoIdentityError:
        """IAM's refusal in AWS's words, but of the public operations, which IAM does not restrain."""
        if self.code is ErrorCode.ACCESS_DENIED and operation.signed:
            return CognitoIdentityError(self.code, denial(operation, caller, request))
        return CognitoIdentityError(self.code, _TEXTS.get(self.code, LOCAL_INJECTED))


@dataclass(frozen=True, slots=True)
class FaultSettings:
    """`rates` are requests per second by operation; `random_seed` None: another course of chance every time."""

    rates: Mapping[str, float] = field(default_factory=dict[str, float])
    faults: tuple[Fault, ...] = ()
    latency: Latency | None = None
    random_seed: int | None = None

    @property
    def are_off(self) -> bool:
        return not (self.rates or self.faults or self.latency)


class Faults:
    """What requests meet. Use it from one event loop."""

    def __init__(self, settings: FaultSettings, *, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        from random import Random  # at need: starting must be quick

        self._settings = settings
        self._sleep = sleep
        self._chance = Random(settings.random_seed).random  # noqa: S311 - nothing depends on its secrecy
        self._throttle = _Throttle(settings.rates, clock)

    async def meet(self, operation: Operation, caller: Caller, request: Shape) -> None:
        """Waits, or fails, or does nothing.

        Raises:
            CognitoIdentityError: this request meets a fault.
        """
        if self._settings.latency is not None:
            await self._sleep(self._settings.latency.of(self._chance()))
        if not self._throttle.admits(operation, caller):
            raise CognitoIdentityError(ErrorCode.TOO_MANY_REQUESTS, RATE_EXCEEDED)
        for fault in self._settings.faults:
            if fault.meets(operation) and self._chance() < fault.probability:
                raise fault.error(operation, caller, request)


@dataclass(slots=True)
class _Bucket:
    """Holds a second's worth of requests when full, at least one; `at` is when `tokens` was right."""

    tokens: float
    at: float


class _Throttle:
    """One bucket for each operation, account and region, as AWS counts (fact sheet §14)."""

    def __init__(self, rates: Mapping[str, float], clock: Clock) -> None:
        self._rates = rates
        self._clock = clock
        self._buckets: dict[tuple[str, str, str], _Bucket] = {}

    def admits(self, operation: Operation, caller: Caller) -> bool:
        rate = self._rates.get(operation.aws_name)
        if rate is None:
            return True
        now, size = self._clock(), max(1.0, rate)
        key = (operation.aws_name, caller.account, caller.region)
        bucket = self._buckets.setdefault(key, _Bucket(size, now))
        bucket.tokens = min(size, bucket.tokens + max(0.0, now - bucket.at) * rate)
        bucket.at = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True


def published_rates() -> Mapping[str, float]:
    return {name: float(each.rate) for name, each in BY_AWS_NAME.items() if each.rate is not None}


def parse_rates(texts: Sequence[str]) -> Mapping[str, float]:
    """From `published` and `OPERATION=RATE` texts. A named operation wins over `*=RATE`, that over published rates.

    Raises:
        LocalServiceError: there is no such operation, or its rate is no number above 0.
    """
    given = [text for text in texts if text != PUBLISHED]
    rates: dict[str, float] = dict(published_rates()) if len(given) < len(texts) else {}
    named = dict(map(_parse_rate, given))
    if EVERY in named:
        rates = dict.fromkeys(BY_AWS_NAME, named.pop(EVERY))
    return rates | named


def _parse_rate(text: str) -> tuple[str, float]:
    operation, _, rate = text.partition("=")
    number = _number(rate)
    if number is None or number <= 0:
        raise LocalServiceError(
            f"--throttle {text}: write OPERATION=RATE, as GetId=5, with requests per second above 0, or {PUBLISHED}."
        )
    return _known_operation("--throttle", text, operation), number


def parse_fault(text: str) -> Fault:
    """From `OPERATION=CODE:PROBABILITY`; without a probability the fault always happens.

    Raises:
        LocalServiceError: there is no such operation or code, or the probability is none.
    """
    operation, _, rest = text.partition("=")
    code, colon, chance = rest.partition(":")
    probability = _number(chance) if colon else 1.0
    if not code or probability is None or not 0 <= probability <= 1:
        raise LocalServiceError(
            f"--fault {text}: write OPERATION=CODE:PROBABILITY, as GetId=InternalErrorException:0.05, "
            "with a probability from 0 to 1."
        )
    return Fault(_known_operation("--fault", text, operation), _known_code(text, code), probability)


def _known_operation(option: str, text: str, operation: str) -> str:
    if operation != EVERY and operation not in BY_AWS_NAME:
        raise LocalServiceError(
            f"{option} {text}: there is no operation {operation!r}. The operations are "
            f"{', '.join(BY_AWS_NAME)}, and {EVERY} for all of them."
        )
    return operation


def _known_code(text: str, code: str) -> ErrorCode:
    if code not in _CODES:
        known = ", ".join(_CODES)
        raise LocalServiceError(f"--fault {text}: there is no error code {code!r}. The codes are {known}.")
    return _CODES[code]


def parse_latency(text: str) -> Latency:
    """From `20ms`, `20ms±5ms`, `20ms+-5ms`, `1.5s`.

    Raises:
        LocalServiceError: it has another form.
    """
    found = _LATENCY.fullmatch(text)
    mean = _seconds(found["mean"], found["unit"]) if found else None
    spread = _seconds(found["spread"] or "0", found["spread_unit"] or "s") if found else None
    if mean is None or spread is None:
        raise LocalServiceError(f"--latency {text}: write TIME or TIME±TIME, as 20ms, 1.5s, 20ms±5ms or 20ms+-5ms.")
    return Latency(mean, spread)


def _seconds(text: str, unit: str) -> float | None:
    number = _number(text)
    return None if number is None else number * _UNITS[unit]


def _number(text: str) -> float | None:
    """A plain decimal number; none of Python's other forms."""
    return float(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?|\.[0-9]+", text) else None
