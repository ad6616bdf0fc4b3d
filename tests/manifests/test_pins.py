"""`constraints.txt`: one exact version for everything, and no address that only one machine can reach."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINS = (ROOT / "constraints.txt").read_text("utf-8").splitlines()


def normal(requirement: str) -> str:
    """The project's name as package indexes compare it."""
    name = re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_line_is_a_name_and_an_exact_version() -> None:
    assert [line for line in PINS if not re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [^:/@]+)?", line)] == []


def test_everything_that_is_asked_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = {normal(each) for each in [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]}
    assert asked - {normal(line) for line in PINS} == set()
