"""A scratch installation to measure: real processes on data of its own, gone afterwards."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from zhoudao.doors.cli import Refused

READY_SECONDS, DRAIN_SECONDS, STOP_SECONDS = 300, 600, 40
_INHERITED = ("DATABASE_URL", "DATABASE_OWNER_URL", "BASE_URL", "LIVE_URL", "ZHOUDAO_EMBEDDED", "ZHOUDAO_PG_PROGRAMS")
_TICKS = os.sysconf("SC_CLK_TCK")
Answer = TypeVar("Answer")

_BEHIND = """
    SELECT (SELECT count(*) FROM eventlog_subscription s JOIN LATERAL (
                SELECT FROM eventlog_event e  -- in order: counting them may read the whole log, each time we look
                WHERE (e.xid, e.id) > (s.cursor_xid, coalesce(s.cursor_id, '00000000-0000-0000-0000-000000000000'))
                ORDER BY e.xid, e.id LIMIT 1) AS unread ON true)
         + (SELECT count(*) FROM procrastinate_jobs
             WHERE status = 'doing' OR (status = 'todo' AND coalesce(scheduled_at, now()) <= now()))
"""
_BUSY = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' OR state = 'active'"


class Scratch:
    """One `zhoudao up` of its own in a temporary folder; its processes' CPU can be read and they can be halted."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.home = Path(tempfile.mkdtemp(prefix=f"zhoudao-bench-{name}-"))
        self.home.chmod(0o755)  # the database's own user must come through
        self.port = _free_pair()
        self._variables = {key: value for key, value in os.environ.items() if key not in _INHERITED} | {
            "ZHOUDAO_HOME": str(self.home),
            "PORT": str(self.port),
            "DEMO": "0",
            "WORKERS": "1",
            "ZHOUDAO_PARENT": str(os.getpid()),
        }
        self._up: subprocess.Popen[bytes] | None = None
        self._inside: ProcessPoolExecutor | None = None

    def start(self) -> None:
        """This will start it and wait until its pages answer.

        Raises: Refused
        """
        said = (self.home / "up.log").open("wb")
        with said:
            self._up = subprocess.Popen(
                [sys.executable, "-m", "zhoudao.config.main", "up"], env=self._variables, stdout=said, stderr=said
            )
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if self._up.poll() is not None or time.monotonic() > deadline:
                raise Refused("The scratch installation did not start:\n" + (self.home / "up.log").read_text()[-2000:])
            time.sleep(0.3)
        known = json.loads((self.home / "database.json").read_text())
        self.urls: dict[str, str] = known["urls"]
        self._variables["DATABASE_URL"] = self.urls["zhoudao_app"]
        self.database = int(known["process"])
        self.processes = {_command(pid): pid for pid in _children(self._up.pid) if pid != self.database}
        self._inside = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_enter, initargs=(self._variables,)
        )

    def stop(self) -> None:
        """This will stop everything and remove the data."""
        self.resume()
        if self._inside is not None:
            self._inside.shutdown(cancel_futures=True)
        if self._up is not None:
            self._up.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._up.wait(STOP_SECONDS)
            self._up.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def ask(self, function: Callable[..., Answer], *arguments: Any) -> Answer:
        """What `function` (of a module) answers in a process that has this installation's database and keys."""
        assert self._inside is not None
        return self._inside.submit(function, *arguments).result()

    def superuser(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection nothing guards against."""
        return psycopg.connect(self.urls["postgres"], autocommit=True)

    def halt(self, *names: str) -> None:
        """This will stop processes in their tracks, between two transactions."""
        with self.superuser() as raw:
            for _ in range(200):
                self._signal(names, signal.SIGSTOP)
                row = raw.execute(_BUSY).fetchone()
                if row is None or row[0] <= 1:  # ourselves
                    return
                self._signal(names, signal.SIGCONT)
                time.sleep(0.05)
        raise Refused("The scratch installation does not come to rest.")

    def resume(self, *names: str) -> None:
        """This will let halted processes (all, when none is named) go on."""
        self._signal(names or tuple(getattr(self, "processes", ())), signal.SIGCONT)

    def drain(self) -> None:
        """This will wait until every event was heard and every job that is due was done.

        Raises: Refused
        """
        deadline = time.monotonic() + DRAIN_SECONDS
        with self.superuser() as raw:
            while (row := raw.execute(_BEHIND).fetchone()) is None or row[0]:
                if time.monotonic() > deadline:
                    raise Refused(f"{row and row[0]} events and jobs were not done within {DRAIN_SECONDS} s.")
                time.sleep(0.2)

    def cpu(self, *names: str) -> float:
        """CPU milliseconds these processes and the database have used, with everything they ever started."""
        return sum(self.cpu_of(pid) for pid in [self.database, *(self.processes[name] for name in names)])

    def cpu_of(self, pid: int) -> float:
        """CPU milliseconds of one process and all below it."""
        return sum(_cpu(one) for one in [pid, *_descendants(pid)])

    def resident(self, name: str) -> list[float]:
        """Resident megabytes of each serving process below this one (or its own, when it has none)."""
        pids = _descendants(self.processes[name]) or [self.processes[name]]
        return [_resident(pid) for pid in pids]

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as door:
            door.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return b" 200 " in door.recv(64)
        return False

    def _signal(self, names: tuple[str, ...], number: signal.Signals) -> None:
        for name in names:
            for pid in [self.processes[name], *_descendants(self.processes[name])]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)


@contextlib.contextmanager
def scratches(names: list[str]) -> Iterator[list[Scratch]]:
    """Running scratch installations, one for each name."""
    made: list[Scratch] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped and removed then too
    try:
        for name in names:
            made.append(Scratch(name))
            made[-1].start()
        yield made
    finally:
        for scratch in made:
            scratch.stop()


def _enter(variables: dict[str, str]) -> None:
    """Runs in the process inside: its settings are the scratch installation's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(variables)
    import django

    django.setup()


def _free_pair() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            with contextlib.suppress(OSError):
                second.bind(("127.0.0.1", port + 1))
                return port


def _children(pid: int) -> list[int]:
    return _families().get(pid, [])


def _descendants(pid: int) -> list[int]:
    families, found = _families(), [pid]
    for one in found:  # grows while it is walked
        found += families.get(one, [])
    return found[1:]


def _families() -> dict[int, list[int]]:
    families: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                families.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
    return families


def _stat(pid: int) -> list[str]:
    """The fields after the command's name: state, parent, …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")[-1].decode()


def _cpu(pid: int) -> float:
    with contextlib.suppress(OSError):
        return sum(int(value) for value in _stat(pid)[11:15]) * 1000 / _TICKS  # own, and of children it has seen end
    return 0.0


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
