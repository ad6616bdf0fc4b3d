"""The generated files of a checkout: what is wrong with them, and putting it right."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cognito_identity_mcp.manifests import bundle, clients, iam, identity, local_seed, registry, tool_entries
from cognito_identity_mcp.manifests.files import Files
from cognito_identity_mcp.manifests.readme import NoPlace, with_table

FOLDER = "manifests"
README = "README.md"
PUBLISHED = "server/cognito_identity_mcp/published.json"
"""Read by `listing`."""

_FAMILIES = (tool_entries, registry, bundle, iam, clients, local_seed)


def generated() -> Files:
    """Every generated file, by its path from the top of the checkout."""
    for_readers = {f"{FOLDER}/{path}": text for family in _FAMILIES for path, text in family.files().items()}
    return {**for_readers, PUBLISHED: tool_entries.published()}


def is_checkout(root: Path) -> bool:
    """Whether this is the top of a checkout of this project."""
    try:
        project: Any = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    except FileNotFoundError:
        return False
    return bool(project.get("project", {}).get("name") == identity.PACKAGE)


def problems(root: Path) -> list[str]:
    """One line for each file that is stale, missing or surplus, and for a README without a place for the table."""
    expected = generated()
    found = [f"{path}: {state}" for path, text in expected.items() if (state := _state(root / path, text))]
    surplus = [f"{path}: surplus" for path in _present(root) if path not in expected]
    return [*found, *surplus, *_readme_problems(root)]


def write(root: Path) -> None:
    """Writes what has changed and removes what is surplus.

    Raises:
        NoPlace: the README has no place for the table; everything else has been written.
    """
    expected = generated()
    for path in set(_present(root)) - expected.keys():
        (root / path).unlink()
    for path, text in expected.items():
        _save(root / path, text)
    _save(root / README, with_table(_read(root / README) or ""))


def _present(root: Path) -> Iterator[str]:
    files = (path for path in (root / FOLDER).rglob("*") if path.is_file())
    return (path.relative_to(root).as_posix() for path in sorted(files))


def _state(path: Path, expected: str) -> str | None:
    text = _read(path)
    if text is None:
        return "missing"
    return None if text == expected else "stale"


def _readme_problems(root: Path) -> list[str]:
    readme = _read(root / README)
    if readme is None:
        return [f"{README}: missing"]
    try:
        return [] if with_table(readme) == readme else [f"{README}: stale table of tools"]
    except NoPlace as error:
        return [str(error)]


def _read(path: Path) -> str | None:
    """The text with its own line ends, None if there is no such file."""
    return path.read_bytes().decode() if path.is_file() else None


def _save(path: Path, text: str) -> None:
    if _read(path) != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
