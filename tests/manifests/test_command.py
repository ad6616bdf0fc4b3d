"""The command `manifests`, run as a developer runs it, on a copy of the checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cognito_identity_mcp.cli.manifests import manifests
from cognito_identity_mcp.manifests.checkout import PUBLISHED
from cognito_identity_mcp.manifests.readme import BEGIN, END

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the command reads and writes, as the current directory."""
    shutil.copytree(ROOT / "manifests", tmp_path / "manifests")
    for name in ("README.md", "pyproject.toml", PUBLISHED):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(manifests, arguments)


def check() -> tuple[int, list[str]]:
    """Exit status and lines of `manifests --check`."""
    result = run("--check")
    return result.exit_code, result.stdout.splitlines()


@pytest.mark.usefixtures("checkout")
def test_an_untouched_checkout_is_up_to_date() -> None:
    assert check() == (0, [])


def test_every_kind_of_difference_is_named(checkout: Path) -> None:
    tampered, missing = checkout / "manifests/tools/get_id.json", checkout / "manifests/iam/operator.json"
    tampered.write_text(tampered.read_text("utf-8").replace("guest", "user"), "utf-8")
    missing.unlink()
    (checkout / "manifests/tools/get_everything.json").write_text("{}\n", "utf-8")
    assert check() == (
        1,
        [
            "manifests/tools/get_id.json: stale",
            "manifests/iam/operator.json: missing",
            "manifests/tools/get_everything.json: surplus",
        ],
    )


def test_a_missing_golden_is_an_error(checkout: Path) -> None:
    (checkout / "manifests/tools/delete_identity_pool.json").unlink()
    assert check() == (1, ["manifests/tools/delete_identity_pool.json: missing"])


def test_other_line_ends_are_a_difference(checkout: Path) -> None:
    path = checkout / "manifests/server.json"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert check() == (1, ["manifests/server.json: stale"])


def test_a_tool_list_that_the_models_do_not_make_is_an_error(checkout: Path) -> None:
    path = checkout / PUBLISHED
    path.write_text(path.read_text("utf-8").replace("guest", "user"), "utf-8")
    assert check() == (1, ["server/cognito_identity_mcp/published.json: stale"])


def test_checking_writes_nothing(checkout: Path) -> None:
    path = checkout / "manifests/server.json"
    path.write_text("{}\n", "utf-8")
    check()
    assert path.read_text("utf-8") == "{}\n"


def test_writing_brings_everything_up_to_date(checkout: Path) -> None:
    (checkout / "manifests/server.json").write_text("{}\n", "utf-8")
    (checkout / "manifests/surplus.json").write_text("{}\n", "utf-8")
    shutil.rmtree(checkout / "manifests/tools")
    (checkout / PUBLISHED).unlink()
    readme = checkout / "README.md"
    readme.write_text(readme.read_text("utf-8").replace("`get_id`", "`got_id`"), "utf-8")
    assert run().exit_code == 0
    assert not (checkout / "manifests/surplus.json").exists()
    assert check() == (0, [])


def test_a_stale_table_is_named(checkout: Path) -> None:
    readme = checkout / "README.md"
    readme.write_text(readme.read_text("utf-8").replace("`get_id`", "`got_id`"), "utf-8")
    assert check() == (1, ["README.md: stale table of tools"])


def test_what_stands_around_the_table_stays(checkout: Path) -> None:
    readme = checkout / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    assert run().exit_code == 0
    text = readme.read_text("utf-8")
    assert text.startswith(f"before\n{BEGIN}\n<!-- mcp-name: ")
    assert text.endswith(f"\n{END}\nafter\n")
    assert "old" not in text


@pytest.mark.parametrize("text", ["# No marks\n", f"{BEGIN}\n", f"{END}\n{BEGIN}\n"])
@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_a_readme_without_marks_is_an_error_that_says_what_to_add(
    checkout: Path, text: str, arguments: tuple[str, ...]
) -> None:
    (checkout / "README.md").write_text(text, "utf-8")
    result = run(*arguments)
    assert result.exit_code == 1
    assert f"README.md: add a line {BEGIN} and a line {END}" in result.stdout
    assert (checkout / "README.md").read_text("utf-8") == text


def test_a_missing_readme_is_named(checkout: Path) -> None:
    (checkout / "README.md").unlink()
    assert check() == (1, ["README.md: missing"])


def test_elsewhere_the_command_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run()
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "not the top of a checkout" in result.stderr
