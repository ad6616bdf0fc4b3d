"""What was acknowledged is there: after kill -9 under load, with a full disk, in files of every released schema."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cognito_identity_local.schema import SCHEMA_VERSION

from .client import opened
from .server_process import Running, arn, ask, check_soundness, listed, refused, served

pytestmark = pytest.mark.local_only

KILLS = 24
WORKERS = 4
DEVELOPER = "login.example"
DATA = Path(__file__).parent / "data"


@dataclass
class Acknowledged:
    """What the service said it had done; a write that was under way at the kill may or may not be there."""

    pool: str
    guests: set[str] = field(default_factory=set[str])
    deleted: set[str] = field(default_factory=set[str])
    doubtful: set[str] = field(default_factory=set[str])
    users: dict[str, str] = field(default_factory=dict[str, str])
    tags: dict[str, int] = field(default_factory=dict[str, int])
    writes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Worker:
    """One client of one round: it writes until the connection breaks."""

    name: str
    url: str
    known: Acknowledged

    def run(self, enough: threading.Event, writes: int) -> None:
        with opened(self.url) as connection, contextlib.suppress(http.client.HTTPException, OSError):
            for number in range(100_000):
                self._write(connection, number)
                with self.known.lock:
                    self.known.writes += 1
                    if self.known.writes >= writes:
                        enough.set()

    def _write(self, connection: http.client.HTTPConnection, number: int) -> None:
        guest = self._ask(connection, "GetId", IdentityPoolId=self.known.pool)["IdentityId"]
        self.known.guests.add(guest)
        if number % 3 == 0:
            self.known.doubtful.add(guest)
            self._ask(connection, "DeleteIdentities", IdentityIdsToDelete=[guest])
            self.known.deleted.add(guest)
        if number % 4 == 1:
            user = f"{self.name}-{number}"
            logins = {DEVELOPER: user}
            answer = self._ask(
                connection, "GetOpenIdTokenForDeveloperIdentity", IdentityPoolId=self.known.pool, Logins=logins
            )
            self.known.users[user] = answer["IdentityId"]
        tag = self.known.tags.get(self.name, 0) + 1
        self._ask(connection, "TagResource", ResourceArn=arn(self.known.pool), Tags={self.name: str(tag)})
        self.known.tags[self.name] = tag

    def _ask(self, connection: http.client.HTTPConnection, operation: str, **body: object) -> Any:
        status, answer = ask(connection, operation, body)
        assert status == 200, answer
        return answer


def create_pool(url: str) -> str:
    body = {"IdentityPoolName": "p", "AllowUnauthenticatedIdentities": True, "DeveloperProviderName": DEVELOPER}
    with opened(url) as connection:
        return str(ask(connection, "CreateIdentityPool", body)[1]["IdentityPoolId"])


def kill_under_load(running: Running, known: Acknowledged, writes: int) -> None:
    """After so many acknowledged rounds of writes, while further ones are under way."""
    enough, known.writes = threading.Event(), 0
    workers = [Worker(f"w{number}", running.url, known) for number in range(WORKERS)]
    threads = [threading.Thread(target=worker.run, args=(enough, writes)) for worker in workers]
    for thread in threads:
        thread.start()
    assert enough.wait(20)
    running.kill()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def check(url: str, known: Acknowledged) -> None:
    with opened(url) as connection:
        found = set(listed(connection, known.pool))
        assert known.guests - known.doubtful <= found
        assert not known.deleted & found
        assert set(known.users.values()) <= found
        tags = ask(connection, "ListTagsForResource", {"ResourceArn": arn(known.pool)})[1]["Tags"]
        assert all(int(tags[name]) in (value, value + 1) for name, value in known.tags.items())
        known.tags = {name: int(value) for name, value in tags.items()}
        for user in list(known.users)[-5:]:
            body = {"IdentityPoolId": known.pool, "DeveloperUserIdentifier": user}
            assert ask(connection, "LookupDeveloperIdentity", body)[1]["IdentityId"] == known.users[user]


def check_copy(file: Path, aside: Path) -> None:
    """So that the file itself is recovered by the service and by nobody else."""
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for part in (file, file.with_name(f"{file.name}-wal")):
        if part.exists():
            shutil.copy(part, aside)
    check_soundness(aside / file.name)


@pytest.mark.holds("service-01")
def test_dozens_of_kills_under_load_lose_nothing_that_was_acknowledged(
    tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    file, total = tmp_path / "local.sqlite3", 0
    with served(file) as running:
        known = Acknowledged(create_pool(running.url))
        running.kill()
    for kill in range(KILLS):
        with served(file) as running:
            check(running.url, known)
            kill_under_load(running, known, writes=1 + 7 * kill % 40)
        total += known.writes
        check_copy(file, tmp_path / "copy")
    with served(file) as running:
        check(running.url, known)
    record_testsuite_property("kills", KILLS)
    record_testsuite_property("acknowledged rounds of writes", total)
    assert total >= KILLS


FULL = 512 * 1024


@pytest.mark.holds("service-07", "service-10")
def test_a_full_disk_refuses_writes_and_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    file = tmp_path / "local.sqlite3"
    acknowledged: set[str] = set()
    with served(file, longest_file=FULL) as running:
        pool = create_pool(running.url)
        with opened(running.url) as connection:
            for _ in range(5000):
                status, answer = ask(connection, "GetId", {"IdentityPoolId": pool})
                if status != 200:
                    break
                acknowledged.add(answer["IdentityId"])
            again = [ask(connection, "GetId", {"IdentityPoolId": pool}) for _ in range(3)]
            assert [(code, words["__type"]) for code, words in again] == [(500, "InternalErrorException")] * 3
            assert set(listed(connection, pool)) == acknowledged
    check_copy(file, tmp_path / "copy")
    with served(file) as running, opened(running.url) as connection:
        assert set(listed(connection, pool)) == acknowledged
        assert ask(connection, "GetId", {"IdentityPoolId": pool})[0] == 200


@pytest.mark.holds("service-05")
def test_a_disk_that_is_full_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "local.sqlite3"
    status, words = refused(file, longest_file=4096)
    assert status != 0
    assert f"Cannot open {file}: " in words.replace("\n", " ")
    assert "Traceback" not in words


@pytest.mark.holds("service-05")
def test_a_disk_with_room_for_nothing_but_the_data(tmp_path: Path) -> None:
    """Others could not find the service."""
    file = tmp_path / "local.sqlite3"
    with served(file) as running:
        running.process.terminate()
        running.process.wait(20)
    status, words = refused(file, longest_file=1)
    assert status != 0
    assert f"Cannot write beside the data file {file}: File too large. Make room there" in words.replace("\n", " ")
    assert "Traceback" not in words
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.holds("service-05")
def test_a_folder_that_is_read_only(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(0o500)
    status, words = refused(folder / "local.sqlite3")
    folder.chmod(0o700)
    assert status != 0
    assert "Permission denied" in words
    assert "Traceback" not in words
    assert list(folder.iterdir()) == []


@pytest.mark.holds("service-05")
def test_a_path_of_which_two_folders_are_missing(tmp_path: Path) -> None:
    status, words = refused(tmp_path / "a" / "b" / "local.sqlite3")
    assert status != 0
    assert f"there is no folder {tmp_path / 'a'}. Make it" in words.replace("\n", " ")
    assert "Traceback" not in words
    assert list(tmp_path.iterdir()) == []


@pytest.mark.holds("service-05", "service-04")
def test_data_in_a_folder_that_became_read_only_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    file = folder / "local.sqlite3"
    with served(file) as running:
        pool = create_pool(running.url)
        running.process.terminate()
        running.process.wait(20)
    before = file.read_bytes()
    file.chmod(0o400)
    folder.chmod(0o500)
    status, words = refused(file)
    folder.chmod(0o700)
    file.chmod(0o600)
    assert status != 0
    assert "Traceback" not in words
    assert (file.read_bytes(), [path.name for path in folder.iterdir()]) == (before, [file.name])
    with served(file) as running, opened(running.url) as connection:
        assert ask(connection, "DescribeIdentityPool", {"IdentityPoolId": pool})[0] == 200


@pytest.mark.holds("service-04")
def test_a_locked_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "local.sqlite3"
    shutil.copy(DATA / "schema-1.sqlite3", file)
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        status, words = refused(file)
    assert status != 0
    assert "is in use by another process" in words.replace("\n", " ")
    assert file.read_bytes() == (DATA / "schema-1.sqlite3").read_bytes()


@pytest.mark.holds("service-08")
@pytest.mark.parametrize("schema", range(1, SCHEMA_VERSION + 1))
def test_data_of_every_released_schema_is_opened(tmp_path: Path, schema: int) -> None:
    file = tmp_path / "local.sqlite3"
    shutil.copy(DATA / f"schema-{schema}.sqlite3", file)
    with served(file) as running, opened(running.url) as connection:
        pools = ask(connection, "ListIdentityPools", {"MaxResults": 60})[1]["IdentityPools"]
        assert [row["IdentityPoolName"] for row in pools] == ["Old pool"]
        pool = pools[0]["IdentityPoolId"]
        described = ask(connection, "DescribeIdentityPool", {"IdentityPoolId": pool})[1]
        assert described == {**described, "DeveloperProviderName": DEVELOPER, "IdentityPoolTags": {"kept": "yes"}}
        found = ask(connection, "LookupDeveloperIdentity", {"IdentityPoolId": pool, "DeveloperUserIdentifier": "ann"})[
            1
        ]
        rows = ask(connection, "ListIdentities", {"IdentityPoolId": pool, "MaxResults": 60})[1]["Identities"]
        assert [row.get("Logins") for row in rows] == [None, [DEVELOPER], ["DISABLED"]]
        assert rows[1]["IdentityId"] == found["IdentityId"]
        roles = ask(connection, "GetIdentityPoolRoles", {"IdentityPoolId": pool})[1]["Roles"]
        assert roles == {"authenticated": "arn:aws:iam::123456789012:role/user"}
        named = {"IdentityPoolId": pool, "IdentityProviderName": "accounts.google.com"}
        assert ask(connection, "GetPrincipalTagAttributeMap", named)[1]["PrincipalTags"] == {"team": "hd"}
        connection.request("GET", "/.well-known/jwks_uri")
        assert b'"kid":"us-east-1-1"' in connection.getresponse().read()
    with contextlib.closing(sqlite3.connect(file)) as opened_file:
        assert opened_file.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
