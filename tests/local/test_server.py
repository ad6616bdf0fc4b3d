"""Starting, stopping and the data: what survives, what is refused and why."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import stat
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cognito_identity_local.database import open_database
from cognito_identity_local.schema import SCHEMA_VERSION
from cognito_identity_local.server import LocalServiceError, LocalSettings, embedded, run

from .client import Client, opened, post, raw
from .server_process import served

pytestmark = pytest.mark.local_only


@contextmanager
def client(url: str) -> Generator[Client]:
    opened_client = Client(url)
    try:
        yield opened_client
    finally:
        opened_client.close()


@pytest.mark.holds("service-02")
def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    settings = LocalSettings(port=0, data=tmp_path / "local.sqlite3")
    with embedded(settings) as url, client(url) as aws:
        pool = aws.create_pool(developer_provider_name="dev", identity_pool_tags={"a": "b"})
        described = aws.call("describe_identity_pool", identity_pool_id=pool)
        members = {"identity_pool_id": pool, "logins": {"dev": "ann"}}
        signed_in = aws.call("get_open_id_token_for_developer_identity", **members)
        keys = raw(url, "GET", "/.well-known/jwks_uri").json
    with embedded(settings) as url, client(url) as aws:
        assert aws.call("describe_identity_pool", identity_pool_id=pool) == described
        again = aws.call("get_open_id_token_for_developer_identity", **members)
        assert again["IdentityId"] == signed_in["IdentityId"]
        assert raw(url, "GET", "/.well-known/jwks_uri").json == keys


@pytest.mark.holds("service-03")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_in_time_and_in_order(tmp_path: Path, sent: signal.Signals) -> None:
    with served(tmp_path / "local.sqlite3") as running, opened(running.url) as idle:
        idle.request("GET", "/health")
        assert idle.getresponse().read() == b'{"status":"ok"}'
        begun = time.monotonic()
        running.process.send_signal(sent)
        assert running.process.wait(20) == 0
        assert time.monotonic() - begun < 2
    assert [path.name for path in tmp_path.iterdir()] == ["local.sqlite3"]


@pytest.mark.holds("service-11")
def test_the_service_runs_in_the_calling_thread_and_tells_its_address() -> None:
    addresses: list[str] = []

    def ready(url: str) -> None:
        addresses.append(url)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    run(LocalSettings(port=0), ready)
    assert urlsplit(addresses[0]).hostname == "127.0.0.1"
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.holds("service-09")
def test_the_data_is_private(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "local.sqlite3"
    with embedded(LocalSettings(port=0, data=file)) as url, client(url) as aws:
        aws.create_pool()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (file.parent, *file.parent.iterdir())}
    assert modes == {"folder": 0o700, "local.sqlite3": 0o600, "local.sqlite3-wal": 0o600, "local.sqlite3.holder": 0o600}


@pytest.mark.holds("service-11")
def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = start(LocalSettings(port=port))
    assert refused == (
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. "
        "Stop the program that uses the port, or choose another port (0 takes a free one)."
    )


def start(settings: LocalSettings) -> str:
    """The message that starting ends in."""
    with pytest.raises(LocalServiceError) as refused, embedded(settings):
        pass
    return str(refused.value)


def refused_data(file: Path) -> str:
    return start(LocalSettings(port=0, data=file))


@pytest.mark.holds("service-04")
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "local.sqlite3"
    for content in (b"short", b"x" * 8192):
        file.write_bytes(content)
        assert refused_data(file) == (
            f"{file} is not a database. Restore it from a copy, or move it away to start empty."
        )
        assert (file.read_bytes(), len(list(tmp_path.iterdir()))) == (content, 1)


@pytest.mark.holds("service-02", "service-09")
def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    """As `mktemp` makes it, or a start that was killed at once."""
    settings = LocalSettings(port=0, data=tmp_path / "local.sqlite3")
    (tmp_path / "local.sqlite3").touch(0o644)
    with embedded(settings) as url, client(url) as aws:
        pool = aws.create_pool()
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    with embedded(settings) as url, client(url) as aws:
        assert aws.pools() == [pool]


@pytest.mark.holds("service-04")
def test_an_empty_file_with_writes_beside_it_has_lost_something(tmp_path: Path) -> None:
    file, log = tmp_path / "local.sqlite3", tmp_path / "local.sqlite3-wal"
    file.touch()
    log.write_bytes(b"writes")
    assert refused_data(file).startswith(f"{file} is not a database. ")
    assert (file.read_bytes(), log.read_bytes()) == (b"", b"writes")


@pytest.mark.holds("service-04")
def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "local.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE pools (x)")
    before = file.read_bytes()
    assert refused_data(file) == f"{file} belongs to another program. Choose another data file."
    assert (file.read_bytes(), len(list(tmp_path.iterdir()))) == (before, 1)


@pytest.mark.holds("service-04")
def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "local.sqlite3"
    with embedded(LocalSettings(port=0, data=file)):
        pass
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = file.read_bytes()
    assert refused_data(file) == newer_version(file)
    assert file.read_bytes() == before


def newer_version(file: Path) -> str:
    return (
        f"{file} was written by a newer version of this program (schema {SCHEMA_VERSION + 1}, this one reads up to "
        f"{SCHEMA_VERSION}). Update the program, or choose another data file."
    )


@pytest.mark.holds("service-04")
def test_a_newer_version_that_was_killed_is_known_by_its_last_writes(tmp_path: Path) -> None:
    """Until they are copied back they are beside the file, whose own header is still the old one."""
    file, killed = tmp_path / "local.sqlite3", tmp_path / "killed.sqlite3"
    with embedded(LocalSettings(port=0, data=file)):
        pass
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        for end in ("", "-wal"):
            shutil.copy(f"{file}{end}", f"{killed}{end}")
    assert refused_data(killed) == newer_version(killed)


@pytest.mark.holds("service-04")
def test_a_damaged_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    file = tmp_path / "local.sqlite3"
    with embedded(LocalSettings(port=0, data=file)):
        pass
    content = bytearray(file.read_bytes())
    content[100:4096] = b"\xff" * 3996
    file.write_bytes(content)
    message = refused_data(file)
    assert message.startswith(f"{file} is damaged (")
    assert message.endswith("). Restore it from a copy, or move it away to start empty.")


@pytest.mark.holds("service-06")
def test_one_process_at_a_time(tmp_path: Path) -> None:
    settings = LocalSettings(port=0, data=tmp_path / "local.sqlite3")
    with served(tmp_path / "local.sqlite3") as running:
        assert raw(running.url, "GET", "/health").status == 200
        assert start(settings) == (
            f"{settings.data} is in use by process {running.process.pid}, which serves it at {running.url}. "
            "Use that service, stop it, or choose another data file."
        )


@pytest.mark.holds("service-06")
def test_of_several_that_start_at_once_on_a_new_file_one_has_it(tmp_path: Path) -> None:
    for number in range(3):
        file = tmp_path / f"{number}.sqlite3"
        together, begun = threading.Barrier(4), threading.Barrier(4)
        with ThreadPoolExecutor(4) as threads:
            ends = list(threads.map(partial(beginning, file, together), [begun] * 4))
        assert sorted(" is in use by " in end for end in ends) == [False, True, True, True], ends
        assert ends.count("serves") == 1


def beginning(file: Path, together: threading.Barrier, begun: threading.Barrier) -> str:
    """The words with which a start is refused; one that is not goes on until all know how theirs has ended."""
    together.wait(20)
    try:
        with embedded(LocalSettings(port=0, data=file)):
            begun.wait(20)
            return "serves"
    except LocalServiceError as error:
        begun.wait(20)
        return str(error)


@pytest.mark.holds("service-06")
def test_nobody_is_sent_to_a_holder_that_is_gone(tmp_path: Path) -> None:
    """While a new one has the file and does not serve yet, the note of one that was killed may name anybody's port."""
    file = tmp_path / "local.sqlite3"
    (tmp_path / "local.sqlite3.holder").write_text('{"pid": 1, "url": "http://127.0.0.1:9230"}')
    with contextlib.closing(open_database(file)):
        assert refused_data(file) == (
            f"{file} is in use by another process. Use that service, stop it, or choose another data file."
        )


@pytest.mark.holds("service-05")
@pytest.mark.parametrize("place", ["file/local.sqlite3", "folder"])
def test_a_place_that_cannot_hold_the_data(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    message = refused_data(tmp_path / place)
    assert message.startswith(f"Cannot use the data file {tmp_path / place}: ")
    assert message.endswith(". Choose a file in a folder this user can write to.")


@pytest.mark.holds("service-10", "wire-15", "unknowns-02")
def test_a_failure_inside_is_an_internal_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> bytes:
        raise ZeroDivisionError("secret detail")

    with embedded(LocalSettings(port=0)) as url, client(url) as aws:
        pool = aws.create_pool()
        monkeypatch.setattr("cognito_identity_local.lifecycle.new_identity_id", broken)
        answer = post(url, "GetId", {"IdentityPoolId": pool}, signed=False)
        assert (answer.status, answer.json["__type"]) == (500, "InternalErrorException")
        assert b"secret" not in answer.body
        monkeypatch.undo()
        assert len(aws.get_id(pool)) > 0
    assert "ZeroDivisionError: secret detail" in caplog.text
