"""The state folder: where it is, that it is private, and what is said when it is not."""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_IMODE

import pytest

from cognito_identity_mcp.settings import SettingsError
from cognito_identity_mcp.storage.folder import StateFolder
from tests.processes import environment, run


def mode(path: Path) -> int:
    return S_IMODE(path.stat().st_mode)


def refusal(path: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        StateFolder.at(path)
    return str(caught.value)


def test_it_is_made_private_with_the_folders_above_it(tmp_path: Path) -> None:
    folder = StateFolder.at(tmp_path / "some" / "where")
    folder.key()
    assert mode(folder.path) == 0o700
    assert mode(folder.path / "key") == 0o600
    assert folder.database == tmp_path / "some" / "where" / "state.sqlite3"
    assert StateFolder.at(tmp_path / "some" / "where") == folder


def test_by_default_it_is_in_the_users_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert StateFolder.at(None).path == tmp_path / "state" / "cognito-identity-mcp"


def test_a_tilde_is_the_users_home(tmp_path: Path) -> None:
    assert StateFolder.at(Path("~/records")).path == tmp_path / "records"


@pytest.mark.parametrize("others", [0o750, 0o707, 0o701])
def test_a_folder_that_others_can_enter_is_refused_with_the_command_that_mends_it(tmp_path: Path, others: int) -> None:
    path = tmp_path / "two words"
    path.mkdir()
    path.chmod(others)
    assert refusal(path) == (
        f"{path} is open to other users (mode {others:04o}), and it has to be private. Run: chmod 700 '{path}'"
    )


@pytest.mark.parametrize("name", ["key", "state.sqlite3"])
def test_a_file_in_it_that_others_can_read_is_refused(tmp_path: Path, name: str) -> None:
    folder = StateFolder.at(tmp_path / "state")
    file = folder.path / name
    file.touch(0o640)
    file.chmod(0o640)
    assert refusal(folder.path) == (
        f"{file} is open to other users (mode 0640), and it has to be private. Run: chmod 600 {file}"
    )


@pytest.mark.parametrize("name", ["key", "state.sqlite3"])
def test_a_link_or_a_folder_in_place_of_a_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = StateFolder.at(tmp_path / "state")
    file, elsewhere = folder.path / name, tmp_path / "elsewhere"
    elsewhere.touch(0o600)
    text = f"{file} is not a regular file. Move it away, or choose another folder with --state."
    file.symlink_to(elsewhere)
    assert refusal(folder.path) == text
    file.unlink()
    file.mkdir(0o700)
    assert refusal(folder.path) == text


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.touch()
    assert refusal(path) == f"Cannot use the state folder {path}: File exists. Choose another one with --state."
    assert refusal(path / "below").startswith(f"Cannot use the state folder {path / 'below'}: Not a directory.")


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = StateFolder.at(tmp_path / "state").path
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert refusal(path) == (
        f"{path} belongs to user {me}, and this program runs as user {me + 1}. Choose another folder with --state, "
        f"or take it over: sudo chown {me + 1} {path}"
    )


def test_a_command_ends_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.mkdir(0o755)
    ended = run("changes", "verify", "--state", str(path))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"cognito-identity-mcp: {path} is open to other users (mode 0755), and it has to be private. "
        f"Run: chmod 700 {path}\n"
    )


def test_a_command_finds_it_by_option_environment_and_file(tmp_path: Path) -> None:
    option, variable, file = (tmp_path / name for name in ("option", "variable", "file"))
    config = tmp_path / "settings.toml"
    config.write_text(f'state = "{file}"')
    run("changes", "list", "--state", str(option))
    run("changes", "list", env=environment(COGNITO_IDENTITY_MCP_STATE=str(variable)))
    run("changes", "list", "--config", str(config))
    assert [(folder / "state.sqlite3").is_file() for folder in (option, variable, file)] == [True] * 3
