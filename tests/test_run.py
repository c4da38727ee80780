"""`zhoudao up`: one command starts everything, and nothing of it outlives that command."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from zhoudao.config.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]
START_SECONDS, STOP_SECONDS = 240, 25
PARTS = ["web", "live", "worker", "clock", "analyst"]


class Installation:
    """One ZHOUDAO_HOME and whatever runs on it."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.up: subprocess.Popen[str] | None = None
        self.first_words = ""

    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("ZHOUDAO_", "DATABASE_"))}
        return own | {"ZHOUDAO_HOME": str(self.home), "PORT": str(self.port), "DEMO": "0", "PYTHONUNBUFFERED": "1"}

    def run(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "zhoudao.config.main", *arguments]
        log = (self.home.parent / "log").open("a")
        return subprocess.Popen(command, env=self.environment(), stdout=log, stderr=subprocess.STDOUT, text=True)

    def start(self) -> str:
        """Starts everything and returns what this start printed."""
        log = self.home.parent / "log"
        before = len(log.read_text()) if log.exists() else 0
        self.up = up = self.run("up")
        wait_for(lambda: "Ready in" in log.read_text()[before:] or up.poll() is not None, START_SECONDS)
        said = log.read_text()[before:]
        assert "Ready in" in said, said
        self.first_words = self.first_words or said
        return said

    def stop(self, with_signal: signal.Signals) -> None:
        assert self.up
        self.up.send_signal(with_signal)
        self.up.wait(STOP_SECONDS)
        self.up = None

    def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal) if refusal.code == 503 else {}
        except (OSError, ValueError):
            return 0, {}

    def is_ready(self) -> bool:
        status, answer = self.ask("/readyz")
        return status == 200 and set(answer["processes"]) == set(PARTS)

    def processes(self) -> dict[int, str]:
        """Every process of this installation, by number, with its command line."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                mine = f"ZHOUDAO_HOME={self.home}".encode() in (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if words and (mine or str(self.home) in words) and int(folder.name) != os.getpid():
                found[int(folder.name)] = words
        return found

    def oldest(self, part: str) -> int:
        return min(
            (number for number, words in self.processes().items() if words.rstrip().endswith(f" {part}")), default=0
        )


def wait_for(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def installation(open_folder: Path) -> Iterator[Installation]:
    made = Installation(open_folder / "home")
    yield made
    if made.up:
        made.stop(signal.SIGTERM)


@pytest.fixture
def running(installation: Installation) -> Installation:
    if installation.up is None:
        installation.start()
    wait_for(installation.is_ready, 60)
    return installation


def test_a_first_start_says_who_may_sign_in_and_how_everything_is(running: Installation) -> None:
    assert running.first_words.count("One-time password:") == 1
    assert running.ask("/healthz") == (200, {"status": "alive"})
    status, answer = running.ask("/readyz")
    assert (status, answer["checks"]) == (200, {"database": True, "migrations": True, "workers": True})


def test_a_second_start_on_the_same_home_is_refused(running: Installation) -> None:
    assert running.up
    second = running.run("up")
    assert second.wait(60) == 1
    assert f"Process {running.up.pid} is already running" in (running.home.parent / "log").read_text()
    assert running.is_ready()


def test_a_port_in_use_is_refused_with_what_to_do(running: Installation, tmp_path: Path) -> None:
    environment = running.environment() | {"ZHOUDAO_HOME": str(tmp_path / "other")}
    command = [sys.executable, "-m", "zhoudao.config.main", "up"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert f"PORT={running.port + 10}" in done.stderr


def test_a_command_before_the_first_start_says_what_to_do(tmp_path: Path) -> None:
    environment = {**os.environ, "ZHOUDAO_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "zhoudao.config.main", "demo"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert "zhoudao migrate" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_process_comes_back(running: Installation, part: str) -> None:
    before = running.oldest(part)
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: before not in running.processes(), 10)
    wait_for(
        lambda: part in running.ask("/readyz")[1].get("processes", {}) and running.oldest(part) not in (0, before), 60
    )
    wait_for(running.is_ready, 60)


def test_a_killed_database_comes_back_with_its_data(running: Installation) -> None:
    os.kill(json.loads((running.home / "database.json").read_text())["process"], signal.SIGKILL)
    wait_for(lambda: running.ask("/readyz")[0] == 200, 60)


def test_a_stop_leaves_no_process_and_the_next_start_goes_on(running: Installation) -> None:
    running.stop(signal.SIGTERM)
    assert running.processes() == {}
    said = running.start()
    assert "One-time password:" not in said
    assert "migrations applied" not in said


def test_a_killed_parent_leaves_no_orphan_and_no_lock(running: Installation) -> None:
    running.stop(signal.SIGKILL)
    wait_for(lambda: running.processes() == {}, 15)
    running.start()
    wait_for(running.is_ready, 60)
