"""`changes list`, `show` and `verify`, as processes and in a terminal."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.clocks import Clock
from tests.mcp.terminals import in_terminal
from tests.processes import run

from .attempts import DELETING, LISTING, OK, POOL

HOSTILE = replace(DELETING, pool=Pool(POOL, "[red]sh\x1b[2Jop[/red]"))


async def _recorded(folder: StateFolder) -> dict[str, str]:
    database = Database(folder)
    journal = Journal(database, Clock())
    ids = {"refused": await journal.refused(LISTING, "RefusedByPolicy", "The policy refuses it.")}
    ids["done"] = await journal.intended(HOSTILE)
    await journal.finished(ids["done"], OK)
    ids["unknown"] = await Journal(database, Clock(0)).intended(DELETING)
    await database.aclose()
    return ids


@pytest.fixture
def ids(folder: StateFolder) -> dict[str, str]:
    return asyncio.run(_recorded(folder))


def changes(folder: StateFolder, command: str, *arguments: str) -> tuple[int, Any, str]:
    ended = run("changes", command, *arguments, "--state", str(folder.path))
    return ended.returncode, json.loads(ended.stdout) if ended.stdout else None, ended.stderr


def test_list_prints_the_newest_first_as_json(folder: StateFolder, ids: dict[str, str]) -> None:
    status, listed, errors = changes(folder, "list")
    assert (status, errors) == (0, "")
    assert [(row["id"], row["outcome"]) for row in listed] == [
        (ids["unknown"], "unknown"),
        (ids["done"], "done"),
        (ids["refused"], "refused: RefusedByPolicy"),
    ]
    older = changes(folder, "list", "--before", ids["unknown"], "--limit", "1", "--pool", POOL)[1]
    assert [row["id"] for row in older] == [ids["done"]]
    assert [row["id"] for row in changes(folder, "list", "--unknown")[1]] == [ids["unknown"]]
    assert changes(folder, "list", "--tool", "get_id")[1] == []


def test_show_prints_everything(folder: StateFolder, ids: dict[str, str]) -> None:
    status, shown, errors = changes(folder, "show", ids["refused"])
    assert (status, errors) == (0, "")
    assert shown == {
        "id": ids["refused"],
        "state": "refused",
        "at": "2027-01-15T08:00:00Z",
        "tool": "list_identity_pools",
        "operation": "list_identity_pools",
        "request": {},
        "place": "the local service",
        "region": "eu-west-1",
        "caller": {"arn": None, "account": None, "subject": None, "scopes": [], "client": None},
        "effect": "read",
        "verdict": "refuse",
        "rule": "tool list_identity_pools",
        "before": [],
        "refusal": {"code": "RefusedByPolicy", "message": "The policy refuses it."},
    }


def test_an_unknown_id_ends_with_the_reason(folder: StateFolder, ids: dict[str, str]) -> None:
    assert "chg-22222222" not in ids.values()
    for arguments in (("show", "chg-22222222"), ("list", "--before", "chg-22222222")):
        assert changes(folder, *arguments) == (
            2,
            None,
            "cognito-identity-mcp: There is no change 'chg-22222222'; list_changes and `changes list` show the ids.\n",
        )


@pytest.mark.usefixtures("ids")
def test_verify_ends_with_1_and_the_first_bad_record(folder: StateFolder) -> None:
    status, found, _ = changes(folder, "verify")
    assert (status, found["holds"], found["records"], found["problem"]) == (0, True, 4, None)
    assert changes(folder, "verify", "--head", found["head"])[0] == 0
    assert changes(folder, "verify", "--head", "f" * 64)[0] == 1
    with closing(sqlite3.connect(folder.database)) as connection:
        connection.execute("DROP TRIGGER records_never_change")
        connection.execute("UPDATE records SET body = replace(body, 'prod', 'test') WHERE seq = 2")
        connection.commit()
    status, found, _ = changes(folder, "verify")
    assert (status, found["holds"]) == (1, False)
    assert (found["records"], found["bad_seq"], found["problem"]) == (1, 2, "Record 2 was changed.")


def test_in_a_terminal_it_is_a_table_in_which_names_are_only_text(folder: StateFolder, ids: dict[str, str]) -> None:
    with in_terminal("changes", "list", "--state", str(folder.path)) as terminal:
        assert terminal.status() == 0
    assert ids["done"] in terminal.screen
    assert "[red]sh�[2Jop" in terminal.screen
    assert "See changes" in terminal.screen  # the column may break the line
    with in_terminal("changes", "verify", "--state", str(folder.path)) as terminal:
        assert terminal.status() == 0
    words = "All 4 records are as they were written: 3 that changes list shows, and 1 outcome of them. Head: "
    assert words in terminal.screen


def test_an_empty_journal_is_no_error(folder: StateFolder) -> None:
    assert changes(folder, "list") == (0, [], "")
