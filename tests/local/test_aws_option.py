"""`--aws`, tried with a second local service in the place of AWS."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from cognito_identity_local.server import LocalSettings, embedded

from .client import Client
from .conftest import PREFIX

pytestmark = pytest.mark.local_only

SUITE = Path(__file__).parent
PORTABLE = (
    "test_identity_pools.py",
    "test_paging.py",
    "test_tags.py",
    "test_developer_identities.py",
    "test_limits.py",
    "test_providers.py",
)
LOCAL = ("test_server.py", "test_durability.py", "test_logins.py::test_one_bad_token_fails_the_call")
"""Without a test that could run elsewhere."""


def run(url: str, *files: str) -> subprocess.CompletedProcess[str]:
    """The suite of those files, on its way to AWS."""
    command = (sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "--aws", "--aws-endpoint", url)
    keys = {"AWS_ACCESS_KEY_ID": "123456789012", "AWS_SECRET_ACCESS_KEY": "secret", "PATH": "/usr/bin:/bin"}
    return subprocess.run(  # noqa: S603 - our own suite
        (*command, "--aws-region", "us-east-1", *(str(SUITE / file) for file in files)),
        cwd=SUITE.parents[1],
        env=keys,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.holds("service-17")
def test_the_portable_tests_run_elsewhere_and_leave_only_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "aws.sqlite3"
    with embedded(LocalSettings(port=0, data=file)) as url:
        client = Client(url)
        mine = [client.create_pool(identity_pool_name=name) for name in ("mine", f"not {PREFIX}")]
        done = run(url, *PORTABLE, *LOCAL)
        left = client.pools()
        client.close()
    assert done.returncode == 0, done.stdout
    ends = re.findall(r"^tests/local/(\w+\.py)::.* ([A-Z]+) +\[", done.stdout, re.MULTILINE)
    assert set(ends) == {(name, "PASSED") for name in PORTABLE}
    assert left == mine
    assert pools_ever_made(file) > 20


def pools_ever_made(file: Path) -> int:
    with contextlib.closing(sqlite3.connect(file)) as opened_file:
        return int(opened_file.execute("SELECT seq FROM sqlite_sequence WHERE name = 'pools'").fetchone()[0])
