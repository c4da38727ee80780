"""What is in a backup, and the programs and connections that make and read one."""

import hashlib
import hmac
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from zhoudao.doors.cli import Refused

FORMAT = "zhoudao-backup-1"
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
FILE_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")


def owner_url() -> str:
    """How the owner of the tables reaches the database."""
    return os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]


def run(program: str, *arguments: str) -> None:
    """This will run one of PostgreSQL's programs on our database: the embedded server's, else the system's.

    Raises: Refused
    """
    found = shutil.which(program, path=os.environ.get("ZHOUDAO_PG_PROGRAMS") or os.environ.get("PATH"))
    if found is None:
        raise Refused(f"{program} was not found. Install PostgreSQL's client programs.")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} failed: {done.stderr.strip()}")


def row_counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How many rows each table has."""
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    counts = {}
    for (table,) in tables:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        counts[table] = int(row[0]) if row else 0
    return counts


def key_check(keys: dict[str, Any]) -> str:
    """Tells two sets of keys apart without telling anything about them."""
    words = "|".join([*sorted(keys["master"]), str(keys["index"])])
    return hmac.new(words.encode(), b"zhoudao backup", hashlib.sha256).hexdigest()[:16]


def files_folder(home: Path) -> Path:
    """Where an installation keeps its files."""
    return home / FILES
