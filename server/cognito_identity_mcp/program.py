"""How people start this program: what results, errors and questions tell them to type."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

NAME = "cognito-identity-mcp"


def command(*words: str) -> str:
    """A command of this program, to be pasted into a terminal of this machine, in whatever folder."""
    return _quoted([*_start(), *words])


def commands_on(state: Path | None) -> Callable[..., str]:
    """Words commands as `command`, on a state folder as it was configured; None is the user's own.

    The folder is named unless every terminal of this user finds it by itself. Looks at the disk, which what it returns
    does not.
    """
    start, where = _start(), _where(state)
    return lambda *words: _quoted([*start, *words, *where])


def _where(state: Path | None) -> tuple[str, ...]:
    if state is None and _has_plain_home():
        return ()
    from cognito_identity_mcp.storage.folder import default

    return "--state", str((state or default()).expanduser().absolute())


@cache
def _start() -> tuple[str, ...]:
    """Its name where that finds this installation; else its script by its path, or the interpreter and the module.

    A virtual environment's own folder on PATH does not count: it is there for one terminal, or for `uv run`.
    """
    script = _script()
    if script is None:
        return sys.executable, "-m", "cognito_identity_mcp"
    named = shutil.which(NAME, path=_path_of_every_terminal())
    return (NAME,) if named is not None and Path(named).samefile(script) else (str(script),)


def _script() -> Path | None:
    """What pip or uv installed as this program, as an absolute path."""
    started = Path(sys.argv[0])
    folder = started.parent if started.stem == NAME else Path(sys.executable).parent
    found = shutil.which(NAME, path=str(folder.absolute()))
    return None if found is None else Path(found)


def _path_of_every_terminal() -> str:
    folders = os.get_exec_path()
    own = Path(sys.executable).parent
    is_environment = sys.prefix != sys.base_prefix
    return os.pathsep.join(each for each in folders if not (is_environment and Path(each) == own))


def _has_plain_home() -> bool:
    """Whether this process looks for the user's folders where a login shell does that sets nothing else.

    Windows says itself where they are.
    """
    if sys.platform == "win32":
        return True
    return not os.environ.get("XDG_STATE_HOME") and os.environ.get("HOME") in {None, _home_of_account()}


def _home_of_account() -> str:
    """As the machine knows it; empty for a user that it does not know, as in some containers."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


def _quoted(words: list[str]) -> str:
    if os.name != "nt":
        return shlex.join(words)
    from subprocess import list2cmdline

    return list2cmdline(words)
