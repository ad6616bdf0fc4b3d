"""How fast the programs are, beside their peers and their floors. Run: `python -m tests.benchmarks --help`.

No tests: nothing here asserts a time. Every answer is checked all the same, so that no error is counted as work done.
"""
