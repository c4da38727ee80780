"""Keeps the product's processes running, and stops all of them when we stop."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from zhoudao.config.lifeline import die_with_parent

STEADY_SECONDS = 30
LONGEST_WAIT_SECONDS = 15
_Start = Callable[[], "subprocess.Popen[bytes]"]


class Child:
    """One process of ours, started again when it dies, ever later while it keeps dying."""

    def __init__(self, name: str, start: _Start, *, ends_on: signal.Signals = signal.SIGTERM) -> None:
        self.name, self._start, self._ends_on = name, start, ends_on
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self.due = self._born = 0.0

    def start(self) -> None:
        """This will start the process."""
        self._born = time.monotonic()
        self.process = self._start()

    def mend(self, say: Callable[[str], None]) -> None:
        """This will notice a death and start the process again when its time has come."""
        if self.process is not None and self.process.poll() is not None:
            code = self.process.returncode
            self.kill()
            lived = time.monotonic() - self._born
            self.failures = 0 if lived >= STEADY_SECONDS else self.failures + 1
            wait = min(LONGEST_WAIT_SECONDS, 0.2 * 2**self.failures)
            self.process, self.due = None, time.monotonic() + wait
            say(f"{self.name} stopped ({_reason(code)}); starting it again in {wait:.1f} s.")
        if self.process is None and time.monotonic() >= self.due:
            self._try_again(say)

    def ask(self) -> None:
        """This will ask the process to stop."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self._ends_on)

    def kill(self) -> None:
        """This will end the process at once, and whatever it started in its group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _try_again(self, say: Callable[[str], None]) -> None:
        try:
            self.start()
        except Exception as error:  # the database may need several tries after a crash
            self.failures += 1
            self.due = time.monotonic() + min(LONGEST_WAIT_SECONDS, 0.2 * 2**self.failures)
            say(f"{self.name} cannot start: {error}")


def command(name: str, environment: Mapping[str, str]) -> _Start:
    """How to start `zhoudao <name>` in a process group of its own that dies when we die."""

    def start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "zhoudao.config.main", name],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(die_with_parent, signal.SIGKILL, parent=os.getpid()),  # noqa: PLW1509  # no threads here
        )

    return start


def watch(
    children: Sequence[Child],
    stop: threading.Event,
    say: Callable[[str], None],
    *,
    until: Callable[[], bool] | None = None,
) -> None:
    """This will mend the children until `stop` is set, or `until` says so."""
    while not stop.wait(0.2):
        for child in children:
            child.mend(say)
        if until and until():
            return


def stop_all(children: Sequence[Child], *, within_seconds: float) -> None:
    """This will ask every child to stop and kill those still there when the time is over."""
    for child in children:
        child.ask()
    deadline = time.monotonic() + within_seconds
    for child in children:
        if child.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            child.kill()


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
