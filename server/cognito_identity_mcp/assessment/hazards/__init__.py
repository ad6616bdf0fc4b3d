"""The warnings, as tables: under which condition which sentence."""
