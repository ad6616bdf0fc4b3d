"""The record of what was changed and refused: append-only, hash-chained."""
