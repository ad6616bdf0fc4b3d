"""What is made once and lasts as long as the process: modules, models, clients."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def made_to_last() -> Generator[None]:
    """Keeps what the block makes out of every later search for garbage, and does not search meanwhile.

    The server's modules and the AWS clients are some hundred thousand objects. Searching them took a tenth of the start
    and a fifth of every call. Garbage that lies around at the end of the block is kept too, so it is for what happens a
    few times in the life of a process; a block that fails keeps nothing.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
