"""The program in a terminal, with somebody who reads the screen and types."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
from codecs import getincrementaldecoder
from collections.abc import Generator
from contextlib import contextmanager

from tests.processes import PROGRAM, environment

END_OF_FILE = "\x04"
INTERRUPT = "\x03"
_PATIENCE = 20
"""Seconds for the screen to change."""

_COLUMNS = {"COLUMNS": "200", "TERM": "dumb"}
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """`screen` is all that was shown so far."""

    def __init__(self, process: subprocess.Popen[bytes], keyboard: int) -> None:
        self._process = process
        self._keyboard = keyboard
        self.screen = ""
        self._decoder = getincrementaldecoder("utf-8")()

    def wait_for(self, text: str) -> None:
        while text not in self.screen:
            assert self._shows_more(), f"{text!r} did not come:\n{self.screen}"

    def type(self, text: str) -> None:
        os.write(self._keyboard, text.encode())

    def status(self) -> int:
        """The exit status, at the end of the program."""
        while self._shows_more():
            pass
        return self._process.wait(_PATIENCE)

    def _shows_more(self) -> bool:
        ready, _, _ = select.select([self._keyboard], [], [], _PATIENCE)
        assert ready, f"Nothing happens any more:\n{self.screen}"
        try:
            shown = os.read(self._keyboard, 65536)
        except OSError:  # how Linux says that nobody holds the terminal any more
            return False
        self.screen = _STYLE.sub("", self.screen + self._decoder.decode(shown)).replace("\r\n", "\n")
        return bool(shown)


def _takes_the_terminal() -> None:
    """So that Ctrl-C is a signal to the program, as at a desk, also where the tests run with it ignored."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def in_terminal(*arguments: str, **variables: str) -> Generator[Terminal]:
    """The program with a terminal for stdin, stdout and stderr, and with these environment variables."""
    keyboard, terminal = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own program
        (*PROGRAM, *arguments),
        env=environment(**{**_COLUMNS, **variables}),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=_takes_the_terminal,  # noqa: PLW1509 - nothing else runs in the child before
    )
    os.close(terminal)
    try:
        yield Terminal(process, keyboard)
    finally:
        process.kill()
        process.wait()
        os.close(keyboard)
