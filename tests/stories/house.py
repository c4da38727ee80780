"""The demo company, really running, and everything the stories ask of it from outside."""

import gzip
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.test_run import Installation
from zhoudao.config import postgres

DATA = Path(__file__).parents[3] / "shared/data/dialogues/weibo_helpdesk.jsonl.gz"
SMALL_SET = Path(__file__).parents[2] / "zhoudao/doors/cli/demo_data/dialogues.jsonl"


class House(Installation):
    """One installation with the demo company on it."""

    def environment(self) -> dict[str, str]:
        return super().environment() | {"DEMO": "1", "DEMO_PAST": "0"}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sql(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Rows, straight from the database and as nobody in particular."""
        address = postgres.running(self.home)["DATABASE_OWNER_URL"]
        with psycopg.connect(address, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def one(self, query: str, **values: Any) -> Any:
        """A single value."""
        return next(iter(self.sql(query, **values)[0].values()))

    def replay(self, file: Path, *more: str) -> "subprocess.Popen[str]":
        """Starts playing."""
        command = [sys.executable, "-m", "zhoudao.config.main", "demo", "--replay", str(file), "--json", *more]
        environment = self.environment()
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
        )

    def replayed(self, file: Path, *more: str, seconds: float = 300) -> dict[str, Any]:
        """Plays to the end."""
        return finished(self.replay(file, *more), seconds)

    def say(self, *arguments: str) -> str:
        """Runs a command of `zhoudao` beside the running product; what it printed."""
        command = [sys.executable, "-m", "zhoudao.config.main", *arguments]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def page(self, path: str) -> tuple[int, str]:
        """What anybody with the link sees."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()

    def figures(self) -> dict[str, Any]:
        """The board's figures, by the product's own queries."""
        return dict(json.loads(self._beside("figures.py")))

    def begin_work(self) -> None:
        """From here on people are at their desks, at whatever hour the tests run."""
        self._beside("working_hour.py")

    def _beside(self, script: str) -> str:
        environment = self.environment() | postgres.running(self.home)
        environment["DJANGO_SETTINGS_MODULE"] = "zhoudao.config.settings"
        run = "import sys, runpy, django; django.setup(); runpy.run_path(sys.argv[1])"
        command = [sys.executable, "-c", run, str(Path(__file__).with_name(script))]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    def kill(self, part: str) -> None:
        """As a machine would: without a word."""
        os.kill(self.process_of(part), signal.SIGKILL)

    def has_process(self, part: str) -> bool:
        """Whether this part runs just now."""
        return Path(f"/proc/{self.process_of(part)}").exists() and self.process_of(part) != 0

    def process_of(self, part: str) -> int:
        """The process of one part; the database is not ours by name."""
        if part == "database":
            return int(json.loads((self.home / "database.json").read_text())["process"])
        return self.oldest(part)


def finished(playing: "subprocess.Popen[str]", seconds: float) -> dict[str, Any]:
    """What a replay said at its end."""
    said, trouble = playing.communicate(timeout=seconds)
    assert playing.returncode == 0, said + trouble
    return dict(json.loads(said))


def real_dialogues() -> list[dict[str, Any]]:
    """The real ones, none where the file is absent."""
    if not DATA.exists():
        return []
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def small_set() -> list[dict[str, Any]]:
    """The dialogues written for the project."""
    return [json.loads(line) for line in SMALL_SET.read_text(encoding="utf-8").splitlines()]


def written(folder: Path, name: str, dialogues: Iterable[dict[str, Any]]) -> Path:
    """A dialogue file."""
    file = folder / name
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in dialogues), encoding="utf-8")
    return file
