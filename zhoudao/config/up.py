"""`zhoudao up`: everything, in one command, and all of it gone when that command is."""

import contextlib
import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from zhoudao.config import environment, postgres
from zhoudao.config.lifeline import heed_parent
from zhoudao.config.ports import require_free
from zhoudao.config.supervisor import Child, command, stop_all, watch

GRACE_SECONDS = 8
_Say = Callable[[str], None]
_STEPS = {
    "migrate": "Bringing the database and the pages' files to this version …",
    "welcome": "Looking for the first administrator …",
}


class AlreadyUp(Exception):
    """Another `zhoudao` is running on this ZHOUDAO_HOME."""


class StartFailed(Exception):
    """A step of the start failed."""


def up(home: Path) -> int:
    """This will run the product until a signal; returns the exit code.

    Raises: AlreadyUp, StartFailed, PortTaken, DatabaseTrouble
    """
    heed_parent(signal.SIGTERM)
    began, stop = time.monotonic(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup asks to be left alone
            signal.signal(number, lambda *_: stop.set())
    port = environment.port()
    with _only_one(home):
        for taken in (port, port + 1):
            require_free(os.environ.get("BIND", "127.0.0.1"), taken)
        _say(f"周到 Zhoudao starts in {home}")
        children: list[Child] = []
        try:
            variables = dict(os.environ) | _start_database(home, children)
            for name, words in _STEPS.items():
                if not stop.is_set():
                    _step(name, words, variables, stop)
            variables.pop("DATABASE_OWNER_URL", None)  # the running product is never the owner
            if not stop.is_set():
                children[:0] = _start_processes(variables)
            watch(children, stop, _say, until=partial(_answers, port))
            if not stop.is_set():
                _say(f"Ready in {time.monotonic() - began:.0f} s: http://127.0.0.1:{port}/   (Ctrl-C stops everything)")
            watch(children, stop, _say)
        finally:
            _say("Stopping …")
            products = [child for child in children if child.name != "database"]
            stop_all(products, within_seconds=GRACE_SECONDS)
            stop_all([child for child in children if child not in products], within_seconds=GRACE_SECONDS)
    _say("Stopped.")
    return 0


@contextlib.contextmanager
def database(home: Path, *, say: _Say) -> Iterator[dict[str, str]]:
    """The variables that reach the database: yours, the running embedded one, or one started for this moment only."""
    known = {} if os.environ.get("DATABASE_URL") else postgres.running(home)
    if known or os.environ.get("DATABASE_URL"):
        yield known
        return
    with _only_one(home):
        say("Starting the database for this command …")
        cluster = postgres.Cluster(home, say=say)
        try:
            cluster.start()
            yield cluster.environment()
        finally:
            cluster.stop()


def running_database(home: Path) -> dict[str, str]:
    """The variables that reach a database which already runs.

    Raises: DatabaseTrouble
    """
    if os.environ.get("DATABASE_URL"):
        return {}
    known = postgres.running(home)
    if not known:
        raise postgres.DatabaseTrouble("No database is running. Start `zhoudao up`, or set DATABASE_URL.")
    known.pop("DATABASE_OWNER_URL")
    return known


def _start_database(home: Path, children: list[Child]) -> dict[str, str]:
    if os.environ.get("DATABASE_URL"):
        _say("Using the database of DATABASE_URL.")
        return {}
    cluster = postgres.Cluster(home, say=_say)
    child = Child("database", cluster.start, ends_on=signal.SIGINT)
    children.append(child)
    child.start()
    _say(f"Database started ({cluster.base}).")
    return cluster.environment()


def _start_processes(variables: dict[str, str]) -> list[Child]:
    workers = [f"worker {number}" for number in range(1, environment.whole_number("WORKERS", 1, most=64) + 1)]
    children = [
        Child(name, command(name.split()[0], variables)) for name in ("web", "live", *workers, "clock", "analyst")
    ]
    for child in children:
        child.start()
        _say(f"Started {child.name}.")
    return children


def _step(name: str, words: str, variables: dict[str, str], stop: threading.Event) -> None:
    _say(words)
    step = command(name, variables)()
    while step.poll() is None:
        if stop.wait(0.05):
            step.kill()
    if step.returncode and not stop.is_set():
        raise StartFailed(f"`zhoudao {name}` failed; what it said stands above.")


def _answers(port: int) -> bool:
    """Whether everything is there: pages, database, workers."""
    asking = HTTPConnection(os.environ.get("BIND", "127.0.0.1"), port, timeout=2)
    try:
        asking.request("GET", "/readyz", headers={"Host": "localhost"})
        return asking.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asking.close()


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """The kernel lets go of this lock when we die, however we die."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyUp(f"Process {lock.read().strip()} is already running Zhoudao in {home}.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _say(text: str) -> None:
    print(text, flush=True)
