"""`python -m tests.requirements` prints the table; with `--write` it renews docs/requirements.md."""

from __future__ import annotations

import sys

from .report import PAGE, report, with_report

if "--write" in sys.argv[1:]:
    PAGE.write_text(with_report(PAGE.read_text()))
else:
    print(report())  # noqa: T201 - the command's answer
