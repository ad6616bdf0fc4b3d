"""Seeds: data as a JSON or TOML file that people write and read. `form` is its shape, `load` and `dump` move it."""
