"""`python -m tests.consent` renews the outcome table in docs/consent.md; `--check` says whether it is up to date."""

from __future__ import annotations

import sys

from .page import PAGE, with_table

page = PAGE.read_text()
renewed = with_table(page)
if "--check" not in sys.argv[1:]:
    PAGE.write_text(renewed)
elif page != renewed:
    sys.exit(f"{PAGE.name} is out of date. Run: python -m tests.consent")
