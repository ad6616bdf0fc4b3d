"""What is known about a call before it runs, as values. Nothing here reads, asks or decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.shapes import Shape


@dataclass(frozen=True)
class Step:
    """One operation with its request: what goes out once it is agreed to."""

    operation: Operation
    request: Shape


@dataclass(frozen=True)
class Change:
    """One member that differs afterwards.

    `path` is in the words of the API: `roles.unauthenticated`, `saml_provider_arns[<arn>]`, where an item of a list
    stands under what identifies it. `before` and `after` are JSON values without secrets, None where nothing is set; of
    an identity that is deleted they are words.
    """

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Pool:
    """The pool a call is about, as far as it is known; None stands for what could not be read."""

    id: str
    name: str | None = None
    tags: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Findings:
    """What an operation's assessor says about one request.

    `effect`: of this call, which may be lower or higher than the operation's.
    `consequence`: one plain sentence.
    `changes`: the difference, member by member.
    `counts`: what is touched, bounded: "60+ identities".
    `warnings`: hazards, one sentence each; the gravest first.
    `way_back`: what can be put back and how, and what cannot: one or two sentences; empty where nothing is lost.
    `typed`: what a human types before a `destroy` runs.
    """

    effect: Effect
    consequence: str
    changes: tuple[Change, ...] = ()
    counts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    way_back: str = ""
    typed: str | None = None


READS = Findings(Effect.READ, "Changes nothing.")
"""Of every operation that only reads."""


@dataclass(frozen=True)
class Image:
    """One answer of the service, as it was read for an assessment: JSON data by our names, secrets withheld."""

    operation: str
    request: dict[str, Any]
    answer: dict[str, Any]


@dataclass(frozen=True)
class Assessment:
    """The findings about a call, the state they rest on, and what identifies that state.

    `fingerprint` is the same for the same answers to the same reads, and for nothing else.
    """

    findings: Findings
    fingerprint: str
    images: tuple[Image, ...] = ()
    pool: Pool | None = None

    @property
    def effect(self) -> Effect:
        return self.findings.effect
