"""The commands that results name can be pasted into a terminal, however the program was started."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cognito_identity_mcp.program import NAME
from tests.processes import PROGRAM, environment, pasted

OWN_FOLDER = str(Path(sys.executable).parent)
SYSTEM = "/usr/bin:/bin"


@pytest.fixture
def script() -> str:
    found = shutil.which(NAME, path=OWN_FOLDER)
    assert found is not None
    return found


def folder_with(place: Path, target: str) -> str:
    """A folder for PATH in which the program's name leads to a target."""
    place.mkdir()
    (place / NAME).symlink_to(target)
    return str(place)


def start_of_command(program: Sequence[str], service: str, place: Path, env: dict[str, str]) -> str:
    """How the program, started like this, says it is started; what it said was tried in another folder."""
    where = ("--endpoint-url", service, "--state", "my state")
    pool = {"identity_pool_name": "x", "allow_unauthenticated_identities": False}
    created = called(program, place, env, "create_identity_pool", json.dumps(pool), *where)
    pool_id = f"identity_pool_id={created['identity_pool_id']}"
    refused = called(program, place, env, "delete_identity_pool", pool_id, *where)
    approval = refused["error"]["approval"]
    command, state = str(approval["command"]), shlex.quote(str(place / "my state"))
    start, is_as_expected, _ = command.partition(f" approvals approve {approval['id']} --state {state}")
    assert is_as_expected
    shown = pasted(command.replace(" approve ", " show "), env=env, folder=Path("/"))
    assert json.loads(shown.stdout)["id"] == approval["id"]
    return start


def called(program: Sequence[str], place: Path, env: dict[str, str], *words: str) -> dict[str, Any]:
    ended = subprocess.run(  # noqa: S603 - our own program
        (*program, "call", *words), cwd=place, env=env, capture_output=True, timeout=30, check=False
    )
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_a_terminal_that_does_not_find_the_name_is_told_the_path(
    script: str, local_service: str, tmp_path: Path
) -> None:
    env = environment(PATH=SYSTEM)
    assert start_of_command(PROGRAM, local_service, tmp_path, env) == script
    assert start_of_command([script], local_service, tmp_path, env) == script


def test_a_terminal_that_finds_this_installation_by_its_name_is_told_the_name(
    script: str, local_service: str, tmp_path: Path
) -> None:
    env = environment(PATH=f"{folder_with(tmp_path / 'bin', script)}:{SYSTEM}")
    assert start_of_command([NAME], local_service, tmp_path, env) == NAME


def test_another_program_of_this_name_is_not_taken_for_it(script: str, local_service: str, tmp_path: Path) -> None:
    env = environment(PATH=f"{folder_with(tmp_path / 'bin', '/bin/true')}:{SYSTEM}")
    assert start_of_command(PROGRAM, local_service, tmp_path, env) == script


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="this Python is no virtual environment")
def test_what_an_environment_puts_on_path_is_not_there_in_every_terminal(
    script: str, local_service: str, tmp_path: Path
) -> None:
    env = environment(PATH=f"{OWN_FOLDER}:{SYSTEM}")
    assert start_of_command([NAME], local_service, tmp_path, env) == script


def test_without_an_installed_script_the_interpreter_is_named(local_service: str, tmp_path: Path) -> None:
    python = tmp_path / "my python"
    python.symlink_to(sys.executable)
    env = environment(PATH=SYSTEM, PYTHONPATH=os.pathsep.join(sys.path))
    program = [str(python), "-m", "cognito_identity_mcp"]
    assert start_of_command(program, local_service, tmp_path, env) == shlex.join(program)


ACCOUNT = """
import pwd
from types import SimpleNamespace

pwd.getpwuid = lambda uid: SimpleNamespace(pw_dir={home!r})
"""
"""Makes a folder the home of whoever runs Python; read at its start."""


def names_its_folder(service: str, place: Path, **more: str) -> str | None:
    """The folder that a refusal's command names; the command was tried in a terminal with the home of the account."""
    home, site = place / "home", place / "site"
    home.mkdir(exist_ok=True)
    site.mkdir()
    (site / "sitecustomize.py").write_text(ACCOUNT.format(home=str(home)))
    plain = environment(HOME=str(home), USER="somebody", PYTHONPATH=str(site), PATH=SYSTEM)
    plain.pop("XDG_STATE_HOME", None)
    pool = {"identity_pool_name": "x", "allow_unauthenticated_identities": False}
    env, where = plain | more, ("--endpoint-url", service)
    created = called(PROGRAM, place, env, "create_identity_pool", json.dumps(pool), *where)
    pool_id = f"identity_pool_id={created['identity_pool_id']}"
    approval = called(PROGRAM, place, env, "delete_identity_pool", pool_id, *where)["error"]["approval"]
    shown = pasted(approval["command"].replace(" approve ", " show "), env=plain, folder=Path("/"))
    assert json.loads(shown.stdout)["id"] == approval["id"]
    _, _, folder = approval["command"].partition(" --state ")
    return shlex.split(folder)[0] if folder else None


def test_the_users_own_state_folder_is_not_named(local_service: str, tmp_path: Path) -> None:
    assert names_its_folder(local_service, tmp_path) is None


@pytest.mark.parametrize(
    ("variable", "below"), [("XDG_STATE_HOME", ""), ("HOME", ".local/state"), ("COGNITO_IDENTITY_MCP_STATE", None)]
)
def test_a_state_folder_that_only_this_environment_leads_to_is_named(
    variable: str, below: str | None, local_service: str, tmp_path: Path
) -> None:
    chosen = tmp_path / "chosen"
    folder = chosen if below is None else chosen / below / NAME
    assert names_its_folder(local_service, tmp_path, **{variable: str(chosen)}) == str(folder)
