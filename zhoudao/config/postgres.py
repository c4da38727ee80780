"""The embedded database: one PostgreSQL cluster that lives and dies with us."""

import contextlib
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from zhoudao.config import pg_binaries
from zhoudao.config.lifeline import die_with_parent
from zhoudao.config.ports import free_port

OWNER, APPLICATION, SUPERUSER, NAME = "zhoudao_owner", "zhoudao_app", "postgres", "zhoudao"
EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist")
_SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
PREDECESSOR_SECONDS = 60
_MEBIBYTE = 1024 * 1024
_Say = Callable[[str], None]


class DatabaseTrouble(Exception):
    """The embedded database cannot run; the message says why and what to do."""


class Cluster:
    """A PostgreSQL data folder with the programs that serve it, started as our child.

    `home` is the installation's folder; `fast` gives up durability, for tests only.
    """

    def __init__(self, home: Path, *, fast: bool = False, say: _Say = print) -> None:
        self.home, self.fast, self.say = home.resolve(), fast, say
        self.user = _database_user()
        self.base = self._place()
        self.data, self.run, self.log = self.base / "data", self.base / "run", self.base / "postgres.log"
        self.secrets = self.home / "database.json"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 5432

    def urls(self) -> dict[str, str]:
        """How to reach the database as each role."""
        words = json.loads(self.secrets.read_text())["passwords"]
        return {role: self._url(role, words[role]) for role in (OWNER, APPLICATION, SUPERUSER)}

    def environment(self) -> dict[str, str]:
        """The variables through which every part of the product finds this server."""
        return _environment(self.urls(), str(self.bin))

    def start(self) -> subprocess.Popen[bytes]:
        """This will make the cluster when there is none, start it and return once it answers.

        Raises: DatabaseTrouble
        """
        self.bin = pg_binaries.beside(self.base)
        if self.data.exists() and not self.secrets.exists():
            self._set_aside()
        if not self.data.exists():
            self._create()
        self._refuse_other_version()
        self._await_predecessor()
        self.process = self._launch()
        self._await_answer()
        self._ensure_roles()
        self._remember()
        return self.process

    def stop(self) -> None:
        """This will stop the server: politely first, then at once (it recovers on the next start)."""
        if self.process is None:
            return
        for with_signal, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            if self.process.poll() is None:
                self.process.send_signal(with_signal)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(seconds)

    def _place(self) -> Path:
        inside = self.home / "postgres"
        _own(inside, self.user)
        if self.user is None or _reachable(inside, self.user):
            return inside
        inside.rmdir()
        outside = Path("/var/lib") / f"zhoudao-{hashlib.sha256(str(self.home).encode()).hexdigest()[:12]}"
        self.say(f"The database's user {self.user.pw_name} cannot reach {self.home}; its files are in {outside}.")
        _own(outside, self.user)
        return outside

    def _url(self, role: str, password: str) -> str:
        if self._by_socket:
            return f"postgresql://{role}:{password}@/{NAME}?host={quote(str(self.run), safe='')}"
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{NAME}"

    @property
    def _by_socket(self) -> bool:
        return len(str(self.run)) <= _SOCKET_PATH_LIMIT

    def _create(self) -> None:
        self.say("Creating the database …")
        passwords = {role: secrets.token_hex(16) for role in (OWNER, APPLICATION, SUPERUSER)}
        _write_private(self.secrets, json.dumps({"passwords": passwords}))
        draft = self.base / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        word = self.base / "password"
        _write_private(word, passwords[SUPERUSER])
        self._give(word)
        options = ["-U", SUPERUSER, "-A", "scram-sha-256", "--pwfile", str(word), "-E", "UTF8", "--no-instructions"]
        try:
            self._call("initdb", "-D", str(draft), *options, *self._locale(), *(["--no-sync"] if self.fast else []))
        finally:
            word.unlink()
        draft.rename(self.data)

    def _set_aside(self) -> None:
        """Data without passwords and keys is what an installation left behind whose folder was deleted."""
        aside = self.base / f"data.left-{secrets.token_hex(3)}"
        self.data.rename(aside)
        self.say(f"The database there belonged to an installation that was deleted; it is kept as {aside}.")

    def _locale(self) -> list[str]:
        major = int(pg_binaries.version(self.bin).split(".")[0])
        return ["--locale-provider=builtin", "--locale=C.UTF-8"] if major >= 17 else ["--locale=C.UTF-8"]

    def _refuse_other_version(self) -> None:
        ours, theirs = pg_binaries.version(self.bin).split(".")[0], (self.data / "PG_VERSION").read_text().strip()
        if ours != theirs:
            raise DatabaseTrouble(
                f"{self.data} was written by PostgreSQL {theirs}, and this installation has PostgreSQL {ours}. Make a "
                f"backup with the release that wrote it (`zhoudao backup`), then restore it into an empty ZHOUDAO_HOME."
            )

    def _await_predecessor(self) -> None:
        """A server whose parent was killed is still shutting down; a lock file of a number used again is stale.

        What is left of a server that is gone (PostgreSQL's own check: is anybody still in its memory?) is left to it.
        """
        deadline = time.monotonic() + PREDECESSOR_SECONDS
        for lock in (self.data / "postmaster.pid", self.run / f".s.PGSQL.{self.port}.lock"):
            while (number := _holder(lock)) and (_is_server(number, self.data) or _is_unreaped(number)):
                self._refuse_after(deadline, number)
            if number and Path(f"/proc/{number}").exists():
                lock.unlink(missing_ok=True)
        while number := _at_home_in(self.data):
            self._refuse_after(deadline, number)

    def _refuse_after(self, deadline: float, number: str) -> None:
        if time.monotonic() > deadline:
            raise DatabaseTrouble(f"Another PostgreSQL (process {number}) is using {self.data}. Stop it first.")
        time.sleep(0.05)

    def _launch(self) -> subprocess.Popen[bytes]:
        if not self._by_socket:
            self.port = free_port()
        self.run.mkdir(exist_ok=True, mode=0o700)
        self._give(self.run)
        command = [str(self.bin / "postgres"), "-D", str(self.data), "-k", str(self.run) if self._by_socket else ""]
        for name, value in self._settings().items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.base,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(die_with_parent, signal.SIGINT, parent=os.getpid()),  # noqa: PLW1509  # no threads yet
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )

    def _settings(self) -> dict[str, str]:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEBIBYTE
        settings = {
            "listen_addresses": "" if self._by_socket else "127.0.0.1",
            "port": str(self.port),
            "max_connections": "200",
            "shared_buffers": f"{max(128, min(memory // 8, 1024))}MB",
            "effective_cache_size": f"{max(256, memory // 2)}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "256MB",
            "max_wal_size": "2GB",
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "UTC",
            "fsync": "on",
            "synchronous_commit": "on",
        }
        if self.fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return settings

    def _await_answer(self) -> None:
        deadline = time.monotonic() + 300  # a long recovery after a crash is no fault
        while True:
            try:
                self._connect("postgres").close()
                return
            except psycopg.OperationalError:
                if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                    lines = self.log.read_text(errors="replace").splitlines()[-8:]
                    raise DatabaseTrouble("\n  ".join(["PostgreSQL did not start:", *lines])) from None
                time.sleep(0.05)

    def _connect(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        url = (
            self.urls()[SUPERUSER].replace(f"/{NAME}", f"/{database}", 1)
            if database != NAME
            else self.urls()[SUPERUSER]
        )
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    def _ensure_roles(self) -> None:
        words = json.loads(self.secrets.read_text())["passwords"]
        with self._connect("postgres") as connection:
            for role in (OWNER, APPLICATION):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
                word = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(words[role]))
                connection.execute(word)
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                return
        with self._connect("template1") as connection:  # so that every database made here has them
            for extension in EXTENSIONS:
                connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        with self._connect("postgres") as connection:
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(create.format(sql.Identifier(NAME), sql.Identifier(OWNER)))

    def _remember(self) -> None:
        """Other commands find the running server and its programs here."""
        known = json.loads(self.secrets.read_text())
        known |= {
            "urls": self.urls(),
            "programs": str(self.bin),
            "process": self.process and self.process.pid,
            "data": str(self.data),
        }
        _write_private(self.secrets, json.dumps(known, indent=1))

    def _call(self, program: str, *arguments: str) -> None:
        done = _run([str(self.bin / program), *arguments], user=self.user, folder=self.base)
        if done.returncode:
            raise DatabaseTrouble(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _give(self, path: Path) -> None:
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def running(home: Path) -> dict[str, str]:
    """The environment that reaches the embedded server running for `home`; empty when none is running."""
    path = home.resolve() / "database.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    if "urls" not in known or not _is_server(str(known["process"]), Path(known["data"])):
        return {}
    return _environment(known["urls"], known["programs"])


def _environment(urls: dict[str, str], programs: str) -> dict[str, str]:
    return {
        "DATABASE_URL": urls[APPLICATION],
        "DATABASE_OWNER_URL": urls[OWNER],
        "ZHOUDAO_EMBEDDED": "1",
        "ZHOUDAO_PG_PROGRAMS": programs,
    }


def _database_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: ourselves, or, as root (which PostgreSQL refuses), the first of these that exists."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise DatabaseTrouble("PostgreSQL refuses to run as root, and there is no user postgres or nobody. Add one.")


def _run(command: list[str], *, user: pwd.struct_passwd | None, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )


def _own(folder: Path, user: pwd.struct_passwd | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def _reachable(folder: Path, user: pwd.struct_passwd) -> bool:
    return _run(["/bin/sh", "-c", 'cd "$0"', str(folder)], user=user, folder=Path("/")).returncode == 0


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.rename(path)


def _is_server(number: str, data: Path) -> bool:
    with contextlib.suppress(OSError):
        return number.isdigit() and str(data).encode() in Path(f"/proc/{number}/cmdline").read_bytes()
    return False


def _holder(lock: Path) -> str:
    """The number of the process a lock file names; empty when there is no such file."""
    with contextlib.suppress(OSError):
        return lock.read_text().split("\n")[0].strip()
    return ""


def _is_unreaped(number: str) -> bool:
    """Dead, but its parent has not taken note yet: until then PostgreSQL believes it to be alive."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return False


def _at_home_in(data: Path) -> str:
    """A process whose folder is this one: a server, or one of those it started and left behind; empty for none."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (folder / "cwd").readlink() == data:
                return folder.name
    return ""
