"""`zhoudao restore`: a backup into an empty installation, counted again."""

import argparse
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from zhoudao.doors.cli import Refused, archive, sealed_keys

# Events are read in the order of transactions, and the new server counts those from the start again: the old ones
# move below zero, in their order, so that whatever happens now comes after them.
_MOVE_BELOW = """
    SET LOCAL zhoudao.maintenance = 'on';
    CREATE TEMP TABLE highest ON COMMIT DROP AS
        SELECT 1 + greatest(0, max(xid), (SELECT max(cursor_xid) FROM eventlog_subscription),
                            (SELECT max(cursor_xid) FROM webhooks_webhook)) AS xid
          FROM eventlog_event;
    UPDATE eventlog_event SET xid = xid - (SELECT xid FROM highest);
    UPDATE eventlog_subscription SET cursor_xid = cursor_xid - (SELECT xid FROM highest);
    UPDATE webhooks_webhook SET cursor_xid = cursor_xid - (SELECT xid FROM highest);
"""


def register(subparsers: Any) -> None:
    """This will add the command."""
    parser = subparsers.add_parser(
        "restore",
        help="bring a backup into an empty installation",
        description="Brings a backup into an empty installation: a new ZHOUDAO_HOME, or an empty DATABASE_URL. "
        "`zhoudao up` (or `zhoudao migrate`) goes on from there.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="what `zhoudao backup` wrote")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="what `zhoudao backup --keys` wrote")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="where its passphrase stands")
    parser.set_defaults(run=run, django=False, database=True)


def run(arguments: argparse.Namespace) -> int:
    """This will restore and count what came.

    Raises: Refused
    """
    home = Path(os.environ.get("ZHOUDAO_HOME", ".zhoudao")).resolve()
    with _opened(arguments.file) as tar:
        manifest = _manifest(tar)
        _require_empty(home)
        keys = _keys(arguments, home)
        if archive.key_check(keys) != manifest["keys"]:
            raise Refused("These are not the keys the backup was written with; nothing personal in it could be read.")
        print("Restoring the database …", flush=True)
        rows = _restore_database(tar, manifest["rows"])
        print("Restoring the files …", flush=True)
        files = _restore_files(tar, archive.files_folder(home))
    _write_keys(keys, home)
    print(f"Restored {rows} rows and {files} files of {manifest['written_at']}. Start with `zhoudao up`.")
    return 0


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path)
    except (OSError, tarfile.TarError) as error:
        raise Refused(f"{path} cannot be read as a backup: {error}") from error


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    try:
        member = tar.extractfile(archive.MANIFEST)
        manifest: dict[str, Any] = json.load(member) if member else {}
    except (KeyError, ValueError) as error:
        raise Refused("This file is no backup of Zhoudao.") from error
    if manifest.get("format") != archive.FORMAT:
        raise Refused(
            f"This backup has the format {manifest.get('format')!r}, and this release reads {archive.FORMAT}."
        )
    return manifest


def _require_empty(home: Path) -> None:
    with psycopg.connect(archive.owner_url()) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row and row[0]:
        raise Refused("The database is not empty. Restore into a new ZHOUDAO_HOME or an empty database.")
    if any(archive.files_folder(home).glob("*")):
        raise Refused(f"{archive.files_folder(home)} is not empty. Restore into a new ZHOUDAO_HOME.")


def _keys(arguments: argparse.Namespace, home: Path) -> dict[str, Any]:
    if arguments.keys:
        return sealed_keys.unseal(arguments.keys.read_text(), sealed_keys.ask(arguments.passphrase_file, twice=False))
    own = _keys_path(home)
    if not own.exists():
        raise Refused("A backup holds no keys: give --keys FILE, written by `zhoudao backup --keys`.")
    found: dict[str, Any] = json.loads(own.read_text())
    return found


def _keys_path(home: Path) -> Path:
    return Path(os.environ["ZHOUDAO_KEYS"]) if os.environ.get("ZHOUDAO_KEYS") else home / "keys" / "keys.json"


def _write_keys(keys: dict[str, Any], home: Path) -> None:
    path = _keys_path(home)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(keys, file)


def _restore_database(tar: tarfile.TarFile, expected: dict[str, int]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / archive.DUMP
        member = tar.extractfile(archive.DUMP)
        if member is None:
            raise Refused("The backup holds no database.")
        with dump.open("wb") as file:
            shutil.copyfileobj(member, file)
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments"]
        archive.run("pg_restore", *options, "-d", archive.owner_url(), str(dump))
    with psycopg.connect(archive.owner_url()) as connection:
        found = archive.row_counts(connection)
        wrong = [
            f"{table}: {found.get(table)} rows, not {rows}"
            for table, rows in expected.items()
            if found.get(table) != rows
        ]
        if wrong:
            raise Refused("The restored database differs from the backup: " + "; ".join(wrong))
        connection.execute(_MOVE_BELOW)
    return sum(found.values())


def _restore_files(tar: tarfile.TarFile, folder: Path) -> int:
    restored = 0
    for member in tar:
        name = member.name.removeprefix(f"{archive.FILES}/")
        content = tar.extractfile(member) if member.isfile() and archive.FILE_NAME.fullmatch(name) else None
        if content is not None:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)
            restored += 1
    return restored
