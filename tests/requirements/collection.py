"""Which tests of the local service hold which behaviours, read off their `holds` marks.

pytest collects in a process of its own, so that the answer is the same whichever tests are being run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITES = ("tests/local", "tests/local_features")


class Collector:
    """A pytest plugin: the ids that each collected test names, by the test's node id without parameters."""

    def __init__(self) -> None:
        self.held: dict[str, list[str]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            ids = self.held.setdefault(item.nodeid.partition("[")[0], [])
            ids += [str(name) for mark in item.iter_markers("holds") for name in mark.args if name not in ids]


@cache
def held() -> Mapping[str, list[str]]:
    """By test.

    Raises:
        RuntimeError: the suite cannot be collected.
    """
    command = (sys.executable, "-m", "tests.requirements.collection")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - this module
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    collector = Collector()
    status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *SUITES], plugins=[collector])
    print(json.dumps(collector.held))  # noqa: T201 - the answer to the asking process
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
