"""The peers, each installed with uv into an environment of its own, in the user's cache folder."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path


class NotInstalled(Exception):
    """A peer could not be installed; the message is uv's last line."""


@dataclass(frozen=True)
class Environment:
    folder: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    def script(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def version(self, package: str) -> str:
        asked = f"import importlib.metadata as m; print(m.version({package!r}))"
        return _run(self.python, "-c", asked).strip()


def cache_folder() -> Path:
    folder = user_cache_path("cognito-identity-mcp", appauthor=False) / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def installed(requirement: str) -> Environment:
    """The environment with the requirement, made at the first use, byte-compiled.

    Raises:
        NotInstalled: uv is not there, or could not install it.
    """
    environment = Environment(cache_folder() / _folder_name(requirement))
    complete = environment.folder / ".complete"
    if not complete.exists():
        uv = _uv()
        _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(environment.folder))
        _run(uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", environment.python, requirement)
        complete.touch()
    return environment


def _folder_name(requirement: str) -> str:
    """One for each requirement and interpreter, so that another version gets another environment."""
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    return re.sub(r"[^\w.-]+", "-", f"{requirement}-{python}")


def _uv() -> str:
    found = shutil.which("uv")
    if found is None:
        raise NotInstalled("uv is not on the path: pip install uv")
    return found


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - uv and its interpreters
    if done.returncode:
        raise NotInstalled((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return done.stdout
