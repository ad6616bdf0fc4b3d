"""Files that appear whole: written aside under a name of their own, then given the right one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def placed(file: Path) -> Generator[Path]:
    """An empty private file to write; at the end it becomes `file`, unless another process has made that meanwhile.

    Raises:
        OSError: it cannot be made.
    """
    unfinished = file.with_name(f"{file.name}.{secrets.token_hex(8)}.new")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield unfinished
        _link(unfinished, file)
    finally:
        unfinished.unlink()
    _sync(file.parent)


def _link(unfinished: Path, file: Path) -> None:
    try:
        os.link(unfinished, file)
    except FileExistsError:
        return  # another process was first: its file is the file


def _sync(folder: Path) -> None:
    """Makes a new name in the folder last through a power cut, where folders can be opened for that."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
