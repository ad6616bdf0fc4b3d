"""The approver's key: what it guards, and that it is never silently away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cognito_identity_mcp.cli import people
from cognito_identity_mcp.confirmation.approvals import Approvals, Status, Subject
from cognito_identity_mcp.confirmation.approver_key import ApproverKey
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.mcp.terminals import END_OF_FILE

from .fake import POOL
from .people import listed, piped, typing

KEY, OTHER = "correct horse battery", "staple of another kind"
NEW, AGAIN, ASKED = "New approver's key: ", "Once more: ", "Approver's key: "
YES = ("Yes, do this [y/N]: ", "y\n")
FACTS = {"effect": "overwrite", "place": "here", "region": "us-east-1", "pool_name": None, "pool_id": POOL}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
async def waiting(state: Path) -> str:
    """The id of a request that waits for a decision."""
    database = Database(StateFolder.at(state))
    request = Subject("update_identity_pool", "matter", "state", "Update?", None, FACTS)
    waiting = (await Approvals(database).requested(request)).id
    await database.aclose()
    return waiting


def set_key(state: Path, first: str, second: str, *before: tuple[str, str]) -> tuple[int, str]:
    said = (*before, (NEW, f"{first}\n"), (AGAIN, f"{second}\n"))
    return typing(state, "approvals", "set-key", said=said)


def status(state: Path) -> str:
    ((row),) = listed(state, "approvals", "list", "--all")
    return str(row["status"])


def test_with_a_key_only_who_knows_it_approves_and_grants(state: Path, waiting: str) -> None:
    assert set_key(state, KEY, KEY)[0] == 0
    approve = ("approvals", "approve", waiting)
    wrong, screen = typing(state, *approve, said=((ASKED, f"{OTHER}\n"),))
    assert (wrong, "That is not the approver's key. Nothing was changed." in screen) == (3, True)
    assert typing(state, *approve, said=((ASKED, END_OF_FILE),))[0] == 3
    grant = ("grants", "add", "--operation", "tag_resource", "--pool", POOL, "--calls", "1", "--expires", "1h")
    assert typing(state, *grant, "--local", said=((ASKED, f"{OTHER}\n"),))[0] == 3
    assert (status(state), listed(state, "grants", "list")) == (Status.PENDING, [])
    assert OTHER not in screen
    assert typing(state, *approve, said=((ASKED, f"{KEY}\n"), YES))[0] == 0
    assert status(state) == Status.APPROVED


def test_the_key_itself_is_changed_and_removed_only_by_who_knows_it(state: Path, waiting: str) -> None:
    assert set_key(state, KEY, KEY)[0] == 0
    kept = ApproverKey.of(StateFolder.at(state)).file
    before = kept.read_bytes()
    assert typing(state, "approvals", "set-key", said=((ASKED, f"{OTHER}\n"),))[0] == 3
    assert typing(state, "approvals", "set-key", "--remove", said=((ASKED, f"{OTHER}\n"),))[0] == 3
    assert piped(state, "approvals", "set-key", "--remove", stdin=f"{KEY}\n")[0] == 3
    assert kept.read_bytes() == before
    assert set_key(state, OTHER, OTHER, (ASKED, f"{KEY}\n"))[0] == 0
    assert typing(state, "approvals", "set-key", "--remove", said=((ASKED, f"{OTHER}\n"),))[0] == 0
    assert not kept.exists()
    assert typing(state, "approvals", "approve", waiting, said=(YES,))[0] == 0


@pytest.mark.parametrize(("first", "second"), [(KEY, OTHER), ("too short", "too short")])
def test_a_key_that_is_short_or_typed_differently_is_not_set(state: Path, first: str, second: str) -> None:
    assert set_key(state, first, second)[0] == 2
    assert not ApproverKey.of(StateFolder.at(state)).is_set


def test_with_a_damaged_key_nobody_approves(state: Path, waiting: str) -> None:
    ApproverKey.of(StateFolder.at(state)).file.write_text("{}")
    ended, screen = typing(state, "approvals", "approve", waiting, said=((ASKED, f"{KEY}\n"),))
    assert (ended, "Traceback" in screen, "cannot be read. Set it anew." in screen) == (2, False, True)
    assert status(state) == Status.PENDING


def test_what_is_kept_is_a_salted_hash_in_a_private_file(state: Path) -> None:
    key = ApproverKey.of(StateFolder.at(state))
    key.set(KEY)
    first = json.loads(key.file.read_text())
    key.set(KEY)
    second = json.loads(key.file.read_text())
    assert KEY not in key.file.read_text()
    assert first["salt"] != second["salt"]
    assert first["hash"] != second["hash"]
    assert key.file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in state.iterdir()] == [key.file.name]
    assert (key.opens(KEY), key.opens(OTHER)) == (True, False)


def test_a_key_that_cannot_be_replaced_stays(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = ApproverKey.of(StateFolder.at(state))
    key.set(KEY)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            key.set(OTHER)
    assert (key.is_set, key.opens(KEY)) == (True, True)


def test_a_user_without_a_name_is_on_record_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that runs as a number for which there is no account."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 987_654_321)
    assert people.name() == "user 987654321 in a terminal"
