"""The command `local` as its users run it: options, variables, what it says, and how it refuses."""

from __future__ import annotations

import errno
import os
import re
import socket
from pathlib import Path

import pytest

from tests.clocks import Clock
from tests.processes import environment, local_url, pipe, run, started

from .issuer import claims, jwks, rsa, signed
from .service import GOOGLE, Service, refused_login

UNVERIFIABLE = refused_login("Invalid login token. Couldn't verify signed token.")
NOTICE = (
    "Login tokens{}: claims are checked, signatures are not. "
    "To check them: --issuer ISSUER=URL; to refuse what cannot be checked: --require-signatures.\n"
)
FAR = 4_000_000_000
ADDRESS = "Choose an address of this machine, as 127.0.0.1, or 0.0.0.0 for all of them."


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def options(tmp_path: Path) -> tuple[str, ...]:
    file = tmp_path / "jwks.json"
    file.write_bytes(jwks(k1=rsa(1)))
    return ("--issuer", f"https://{GOOGLE}={file}")


@pytest.mark.holds("options-02", "options-03", "logins-12")
@pytest.mark.parametrize("required", [True, False])
def test_issuers_on_the_command_line(tmp_path: Path, required: bool) -> None:
    more = ["--require-signatures"] if required else []
    with started("local", "--port", "0", *options(tmp_path), *more) as process:
        service = Service(local_url(process), Clock())
        if not required:
            assert pipe(process.stderr).readline().decode() == NOTICE.format(" of other issuers")
        pool = service.create_pool(SupportedLoginProviders={GOOGLE: "google-app", "appleid.apple.com": "google-app"})
        assert service.get_id(pool, **{GOOGLE: signed(claims("ann", exp=FAR), rsa(1))})
        logins = {GOOGLE: signed(claims("ann", exp=FAR), rsa(2))}
        assert service.refused("GetId", IdentityPoolId=pool, Logins=logins) == UNVERIFIABLE
        apple = {"appleid.apple.com": signed(claims("ann", "appleid.apple.com", exp=FAR), rsa(2))}
        if required:
            assert service.refused("GetId", IdentityPoolId=pool, Logins=apple) == UNVERIFIABLE
        else:
            assert service.get_id(pool, **apple)


@pytest.mark.holds("options-01")
def test_nothing_is_verified_by_default_which_is_said_once() -> None:
    with started("local", "--port", "0") as process:
        service = Service(local_url(process), Clock())
        assert pipe(process.stderr).readline().decode() == NOTICE.format("")
        assert service.get_id(service.create_pool(), **{GOOGLE: signed(claims("ann", exp=FAR), rsa(2))})
        process.terminate()
        assert process.wait(20) == 0
        assert pipe(process.stderr).read() == b""


@pytest.mark.holds("service-11")
@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_an_address_of_ipv6() -> None:
    with started("local", "--host", "::1", "--port", "0") as process:
        url = local_url(process)
        assert re.fullmatch(r"http://\[::1\]:\d+", url)
        assert Service(url, Clock()).create_pool().startswith("us-east-1:")


@pytest.mark.holds("options-17", "options-03", "options-07")
def test_options_from_the_environment() -> None:
    env = environment(
        COGNITO_IDENTITY_LOCAL_PORT="0",
        COGNITO_IDENTITY_LOCAL_QUOTA="pools=1 tags=1",
        COGNITO_IDENTITY_LOCAL_ISSUER="a.example=unverified b.example=unverified",
        COGNITO_IDENTITY_LOCAL_REQUIRE_SIGNATURES="1",
        COGNITO_IDENTITY_LOCAL_ACCOUNT_ID="",
    )
    with started("local", env=env) as process:
        service = Service(local_url(process), Clock(), account="AKID")
        pool = service.create_pool()
        refused = service.refused("CreateIdentityPool", IdentityPoolName="p", AllowUnauthenticatedIdentities=True)
        assert refused.code == "LimitExceededException"
        logins = {GOOGLE: signed(claims("ann", exp=FAR), rsa(1))}
        assert service.refused("GetId", IdentityPoolId=pool, Logins=logins) == UNVERIFIABLE


@pytest.mark.holds("service-18")
def test_the_log_keeps_silent_about_tokens_and_keys() -> None:
    with started("local", "--port", "0", "--log-level", "debug") as process:
        service = Service(local_url(process), Clock())
        pool = service.create_pool(DeveloperProviderName="dev")
        role = {"authenticated": "arn:aws:iam::123456789012:role/users"}
        service.call("SetIdentityPoolRoles", IdentityPoolId=pool, Roles=role)
        token = signed(claims("ann", exp=FAR), rsa(1))
        bad = signed(claims("ann", exp=1), rsa(1))
        identity = service.get_id(pool, **{GOOGLE: token})
        named = {"IdentityId": identity, "Logins": {GOOGLE: token}}
        credentials = service.call("GetCredentialsForIdentity", **named)["Credentials"]
        service.refused("GetId", IdentityPoolId=pool, Logins={GOOGLE: bad})
        user = {"IdentityPoolId": pool, "Logins": {"dev": "hush-hush"}}
        issued = [service.call("GetOpenIdToken", **named)["Token"]]
        issued.append(service.call("GetOpenIdTokenForDeveloperIdentity", **user)["Token"])
        process.terminate()
        assert process.wait(20) == 0
        log = pipe(process.stderr).read().decode()
    secrets = [token, bad, "hush-hush", credentials["SecretKey"], credentials["SessionToken"], *issued]
    assert [secret for secret in secrets if secret in log] == []


@pytest.mark.holds("options-17")
def test_every_option_tells_its_variable() -> None:
    told = run("local", "--help").stdout.partition("\nOptions:\n")[2]
    options = re.findall(r"^  (?:-h, )?--([a-z-]+)", told, re.MULTILINE)
    variables = re.findall(r"env var: (\w+)", " ".join(told.split()))
    assert options.pop() == "help"
    assert variables == [f"COGNITO_IDENTITY_LOCAL_{option.upper().replace('-', '_')}" for option in options]


@pytest.mark.holds("options-18")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--issuer", "x"), "--issuer x: write ISSUER=URL, ISSUER=FILE or ISSUER=unverified."),
        (
            ("--issuer", "x=no-such.json"),
            "--issuer x: cannot use the keys in no-such.json: No such file or directory.",
        ),
        (("--latency", "soon"), "--latency soon: write TIME or TIME±TIME, as 20ms, 1.5s, 20ms±5ms or 20ms+-5ms."),
        (
            ("--fault", "GetId=InternalErrorException:2"),
            (
                "--fault GetId=InternalErrorException:2: write OPERATION=CODE:PROBABILITY, "
                "as GetId=InternalErrorException:0.05, with a probability from 0 to 1."
            ),
        ),
        (("--quota", "tags=many"), "--quota tags=many: write tags=NUMBER, as tags=50."),
        (("--seed-if-empty",), "--seed-if-empty: name the seed, as --seed pools.toml."),
        (("--account-id", "12"), "--account-id 12: write an account's twelve digits."),
        (("--region", "Frankfurt"), "--region Frankfurt: write a region's name, as us-east-1."),
        (("--host", "192.0.2.1"), f"Cannot listen on 192.0.2.1:0: {os.strerror(errno.EADDRNOTAVAIL)}. {ADDRESS}"),
    ],
)
def test_wrong_options(arguments: tuple[str, ...], message: str) -> None:
    finished = run("local", "--port", "0", *arguments)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == f"cognito-identity-mcp: {message}\n"


@pytest.mark.holds("options-08", "options-09")
@pytest.mark.parametrize(
    ("arguments", "most"),
    [
        (("--throttle",), 5),
        (("--throttle", "--throttle", "ListIdentities=2"), 2),
        (("--throttle", "ListIdentities=2"), 2),
        (("--throttle", "published", "--fault", "ListIdentities=InternalErrorException:1"), 0),
    ],
)
def test_faults_on_the_command_line(arguments: tuple[str, ...], most: int) -> None:
    """Tokens flow back while the test runs, so that a few more may be let through than the bucket holds."""
    with started("local", "--port", "0", "--random-seed", "1", *arguments) as process:
        service = Service(local_url(process), Clock())
        pool = service.create_pool()
        members = {"IdentityPoolId": pool, "MaxResults": 1}
        outcomes = [service.outcome("ListIdentities", **members) for _ in range(200)]
        assert outcomes[:most] == [None] * most
        assert outcomes.count(None) < 100
