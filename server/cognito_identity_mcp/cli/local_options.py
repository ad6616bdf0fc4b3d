"""The options of `local`: each with its help and its variable, and the settings that they make."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

MEMORY = ":memory:"

PREFIX = "COGNITO_IDENTITY_LOCAL_"


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


Host = Annotated[str, typer.Option(help="Address to listen on.", envvar=_variable("host"))]
Port = Annotated[
    int,
    typer.Option(help="Port to listen on; 0 picks a free one.", min=0, max=65535, envvar=_variable("port")),
]
Data = Annotated[
    str,
    typer.Option(help="Data file; :memory: forgets everything at the end.", metavar="PATH", envvar=_variable("data")),
]
AccountId = Annotated[str, typer.Option(help="AWS account id that ARNs name.", envvar=_variable("account_id"))]
Region = Annotated[str, typer.Option(help="Region of unsigned calls that name none.", envvar=_variable("region"))]


class Level(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


LogLevel = Annotated[Level, typer.Option(help="Least level that is logged, to stderr.", envvar=_variable("log_level"))]
Issuer = Annotated[
    list[str] | None,
    typer.Option(
        help="Check the signatures of an issuer's login tokens with the JWKS at a URL or in a file, or name it "
        "unverified: claims are checked, signatures are not, as for every issuer that is not named. Repeatable.",
        metavar="ISSUER=URL|FILE|unverified",
        envvar=_variable("issuer"),
    ),
]
RequireSignatures = Annotated[
    bool,
    typer.Option(
        "--require-signatures",
        help="Refuse login tokens of issuers that no --issuer names.",
        envvar=_variable("require_signatures"),
    ),
]
Quota = Annotated[
    list[str] | None,
    typer.Option(
        help="Another quota than AWS's: pools=1000 (of an account in a region), user_pool_clients=50, "
        "rules_per_provider=25, tags=50, linked_logins=20 (of an identity after a merge). Repeatable.",
        metavar="NAME=NUMBER",
        envvar=_variable("quota"),
    ),
]
Throttle = Annotated[
    list[str] | None,
    typer.Option(
        help="Answer TooManyRequestsException beyond AWS's published rates (GetId 25 a second, ListIdentities 5, …), "
        "or beyond the rate given for an operation; * stands for all. Repeatable.",
        metavar="[OPERATION=RATE]",
        envvar=_variable("throttle"),
    ),
]
Fault = Annotated[
    list[str] | None,
    typer.Option(
        help="Answer an error with a probability, as GetId=InternalErrorException:0.05; * stands for all operations. "
        "Repeatable.",
        metavar="OPERATION=CODE:PROBABILITY",
        envvar=_variable("fault"),
    ),
]
Latency = Annotated[
    str | None,
    typer.Option(help="Answer later, as 20ms or 20ms±5ms.", metavar="TIME[±TIME]", envvar=_variable("latency")),
]
RandomSeed = Annotated[
    int | None,
    typer.Option(
        help="Make chance repeatable: the same requests in the same order meet the same faults and latencies.",
        envvar=_variable("random_seed"),
    ),
]
Seed = Annotated[
    Path | None,
    typer.Option(
        help="Load pools, roles, tags and identities from a JSON or TOML file before serving. They are added to the "
        "data; an id that is there already is an error, and nothing is loaded.",
        metavar="FILE",
        envvar=_variable("seed"),
    ),
]
Dump = Annotated[
    str | None,
    typer.Option(
        help="Write the data (and the seed) as a seed in JSON to a file, or to stdout for -, and end.",
        metavar="FILE",
        envvar=_variable("dump"),
    ),
]


class LocalCommand(TyperCommand):
    """Reads `--throttle` without a value as `--throttle published`: typer has no options with an optional value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(_with_values(args)))


def _with_values(args: list[str]) -> Iterator[str]:
    for arg, following in pairwise([*args, "-"]):
        yield f"{arg}=published" if arg == "--throttle" and following.startswith("-") else arg
