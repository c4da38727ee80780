"""`zhoudao backup`: everything but the keys in one file; the keys in another, under a passphrase."""

import argparse
import io
import json
import os
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from zhoudao.doors.cli import Refused, archive, sealed_keys


def register(subparsers: Any) -> None:
    """This will add the command."""
    parser = subparsers.add_parser(
        "backup",
        help="write database and files into one file, or export the keys",
        description="Writes database and stored files into FILE while everything runs. The keys are left out: without "
        "them nothing personal in FILE can be read, so export them once with --keys and keep them elsewhere.",
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the archive to write (tar)")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="export the keys into FILE under a passphrase")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="where the passphrase stands")
    parser.set_defaults(run=run, parser=parser)


def run(arguments: argparse.Namespace) -> int:
    """This will write what was asked for.

    Raises: Refused
    """
    if not (arguments.file or arguments.keys):
        arguments.parser.error("name the FILE to write, or --keys FILE")
    for path in filter(None, (arguments.file, arguments.keys)):
        if path.exists():
            raise Refused(f"{path} exists already; it is not overwritten.")
    if arguments.keys:
        _export_keys(arguments.keys, sealed_keys.ask(arguments.passphrase_file, twice=True))
    if arguments.file:
        _write(arguments.file)
    return 0


def _export_keys(path: Path, passphrase: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(sealed_keys.seal(_keys(), passphrase))
    print(f"The keys are in {path}. Keep them and the passphrase apart from the backups.")


def _write(path: Path) -> None:
    from django.conf import settings

    draft = path.with_name(f".{path.name}.part")
    with tempfile.TemporaryDirectory(dir=path.resolve().parent) as folder:
        dump = Path(folder) / archive.DUMP
        print("Writing the database …", flush=True)
        rows = _dump(dump)
        # A file is written before the row that names it and never changed: after the dump, all its files are there.
        stored = [file for file in sorted(Path(settings.FILES_DIR).glob("*/*")) if _is_stored(file)]
        print(f"Writing {len(stored)} files …", flush=True)
        manifest = {
            "format": archive.FORMAT,
            "written_at": datetime.now(UTC).isoformat(),
            "rows": rows,
            "keys": archive.key_check(_keys()),
        }
        with tarfile.open(draft, "w") as tar:
            _add_text(tar, archive.MANIFEST, json.dumps(manifest, indent=1))
            tar.add(dump, archive.DUMP)
            for file in stored:
                tar.add(file, f"{archive.FILES}/{file.parent.name}/{file.name}", recursive=False)
    draft.chmod(0o600)
    draft.rename(path)
    print(f"{path}: {sum(rows.values())} rows, {len(stored)} files, {path.stat().st_size / 1e6:.1f} MB.")


def _dump(path: Path) -> dict[str, int]:
    """This will dump the database; returns the rows of each table, counted in the very same snapshot."""
    with psycopg.connect(archive.owner_url()) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = str(row[0]) if row else ""
        archive.run("pg_dump", "-Fc", f"--snapshot={snapshot}", "-f", str(path), "-d", archive.owner_url())
        return archive.row_counts(connection)


def _is_stored(file: Path) -> bool:
    return bool(archive.FILE_NAME.fullmatch(f"{file.parent.name}/{file.name}"))


def _keys() -> dict[str, Any]:
    from django.conf import settings

    keys = settings.KEYS
    return {
        "master": {name: value.hex() for name, value in keys.master.items()},
        "index": keys.index.hex(),
        "secret": keys.secret,
    }


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text.encode())
    tar.addfile(entry, io.BytesIO(text.encode()))
