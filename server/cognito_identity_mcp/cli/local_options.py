"""The options of `local`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import wraps
from typing import Any

import click

MEMORY = ":memory:"

PREFIX = "COGNITO_IDENTITY_LOCAL_"


def _option(told: str, **details: Any) -> Any:
    """What click has to know of an option beside its name and its variable; `told` is its help."""
    return field(metadata={"help": told, **details})


@dataclass(frozen=True, kw_only=True)
class LocalOptions:
    """What command line and environment say: `--account-id` and COGNITO_IDENTITY_LOCAL_ACCOUNT_ID are `account_id`."""

    host: str = _option("Address to listen on.", metavar="ADDRESS", default="127.0.0.1")
    port: int = _option(
        "Port to listen on; 0 picks a free one.", metavar="PORT", type=click.IntRange(0, 65535), default=9230
    )
    data: str = _option("Data file; :memory: forgets everything at the end.", metavar="PATH", default=MEMORY)
    account_id: str = _option("AWS account id that ARNs name.", metavar="ID", default="123456789012")
    region: str = _option("Region of unsigned calls that name none.", metavar="REGION", default="us-east-1")
    seed: str | None = _option(
        "Load pools, roles, tags and identities from a JSON or TOML file before serving. They are added to the data; "
        "an id that is there already is an error, and nothing is loaded.",
        metavar="FILE",
    )
    seed_if_empty: bool = _option("Load the seed only where there is no pool yet, as in a new data file.", is_flag=True)
    dump: str | None = _option(
        "Write the data (and the seed) as a seed in JSON to a file, or to stdout for -, and end.", metavar="FILE"
    )
    seed_schema: str | None = _option(
        "Write the JSON Schema of seeds, for editors, to a file, or to stdout for -, and end.", metavar="FILE"
    )
    issuer: tuple[str, ...] = _option(
        "Check the signatures of an issuer's login tokens with the JWKS at a URL or in a file, or name it unverified: "
        "claims are checked, signatures are not, as for every issuer that is not named. Repeatable.",
        metavar="ISSUER=URL|FILE|unverified",
        multiple=True,
    )
    require_signatures: bool = _option("Refuse login tokens of issuers that no --issuer names.", is_flag=True)
    quota: tuple[str, ...] = _option(
        "Another quota than AWS's: pools=1000 (of an account in a region), user_pool_clients=50, "
        "rules_per_provider=25, tags=50, linked_logins=20 (of an identity after a merge). Repeatable.",
        metavar="NAME=NUMBER",
        multiple=True,
    )
    throttle: tuple[str, ...] = _option(
        "Answer TooManyRequestsException beyond AWS's published rates (GetId 25 a second, ListIdentities 5, …), or "
        "beyond the rate given for an operation; * stands for all. Repeatable.",
        metavar="[OPERATION=RATE]",
        multiple=True,
        is_flag=False,
        flag_value="published",
    )
    fault: tuple[str, ...] = _option(
        "Answer an error with a probability, as GetId=InternalErrorException:0.05; * stands for all operations. "
        "Repeatable.",
        metavar="OPERATION=CODE:PROBABILITY",
        multiple=True,
    )
    latency: str | None = _option("Answer later, as 20ms or 20ms±5ms.", metavar="TIME[±TIME]")
    random_seed: int | None = _option(
        "Make chance repeatable: the same requests in the same order meet the same faults and latencies.",
        metavar="NUMBER",
        type=int,
    )
    log_level: str = _option(
        "Least level that is logged, to stderr; info logs every request.",
        type=click.Choice(["debug", "info", "warning", "error"]),
        default="warning",
    )


def with_local_options(command: Callable[[LocalOptions], None]) -> Callable[..., None]:
    """Adds the options to a command, which is called with what they say."""

    @wraps(command)
    def run(**given: Any) -> None:
        command(LocalOptions(**given))

    for each in reversed(fields(LocalOptions)):
        variable = f"{PREFIX}{each.name.upper()}"
        click.option(f"--{each.name.replace('_', '-')}", each.name, envvar=variable, show_envvar=True, **each.metadata)(
            run
        )
    return run
