"""The schema that an empty database begins with: made anew from the migrations, or compared with them.

Without options: migrates an empty database of its own, one migration after the other, and writes what they made to
zhoudao/config/schema.sql.gz.
`--check`: fails when what is kept there is not what the migrations make.
"""

import argparse
import difflib
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
import django  # noqa: E402 - after the path

from zhoudao.config import pg_binaries, postgres, schema  # noqa: E402 - after the path

# Made by Django after it migrated, or noted by `schema.lay` itself.
_LEFT_OUT = ("django_content_type", "auth_permission", "django_migrations")
# A row that names a moment of its database: counted from the one it is laid into.
_MOMENTS = """
UPDATE public.eventlog_subscription SET cursor_xid = pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1;
"""
_BEGINS = re.compile(r"^CREATE (?!SCHEMA)", re.MULTILINE)  # before it stands how a dump is to be read
_NOT_THE_SCHEMA = re.compile(r"^(?:--|\\)")  # remarks, and what only psql understands
_BY_DJANGO = re.compile(r"setval\('public\.(?:auth_permission|django_(?:content_type|migrations))_id_seq'")
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def main() -> int:
    """This will do what the options say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    made, names = _migrated()
    if options.check:
        kept = gzip.decompress(schema.PATH.read_bytes()).decode().partition("\n")[2]
        differing = list(
            difflib.unified_diff(_plain(made + _MOMENTS), _plain(kept), "migrated", "kept", n=0, lineterm="")
        )
        print(
            "\n".join(
                [*differing[:60], "schema: " + ("differs: make schema" if differing else "as the migrations make it")]
            )
        )
        return int(bool(differing))
    django.setup()
    head = json.dumps({"digest": schema.digest(names), "migrations": names})
    schema.PATH.write_bytes(gzip.compress(f"-- {head}\n{made}{_MOMENTS}".encode(), mtime=0))
    print(f"schema: {len(names)} migrations, {schema.PATH.stat().st_size // 1024} KiB")
    return 0


def _migrated() -> tuple[str, list[tuple[str, str]]]:
    """What stands in an empty database once it was migrated, and by which migrations, in their order."""
    with _cluster() as cluster:
        environment = {**os.environ, **cluster.environment(), "ZHOUDAO_WITHOUT_SCHEMA": "1"}
        subprocess.run([sys.executable, "-m", "zhoudao.config.main", "migrate"], env=environment, cwd=ROOT, check=True)
        url = cluster.urls()[postgres.OWNER]
        skipped = [f"--exclude-table-data={table}" for table in _LEFT_OUT]
        dump = _output("pg_dump", "--no-owner", "--no-privileges", "--schema=public", "--inserts", *skipped, url)
        rows = _output("psql", "-AtF,", "-c", "SELECT app, name FROM django_migrations ORDER BY id", url)
    dump = dump[_BEGINS.search(dump).start() :]  # type: ignore[union-attr]  # a database of ours has tables
    lines = [line for line in dump.splitlines() if not (_NOT_THE_SCHEMA.match(line) or _BY_DJANGO.search(line))]
    return "\n".join(lines) + "\n", [(app, name) for app, _, name in (row.partition(",") for row in rows.splitlines())]


@contextmanager
def _cluster() -> Iterator[postgres.Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="zhoudao-schema-"))
    folder.chmod(0o755)
    cluster = postgres.Cluster(folder, fast=True)
    os.environ |= {"ZHOUDAO_HOME": str(folder), "ZHOUDAO_POOL": "0", "ZHOUDAO_EMBEDDED": "1"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhoudao.config.settings"
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _output(program: str, *arguments: str) -> str:
    command = [str(pg_binaries.source() / program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _plain(dump: str) -> list[str]:
    """The lines without what is another's in every database: ids of rows and numbers of transactions."""
    plain = re.sub(r"'progress', \d+", "'progress', 0", _IDS.sub("id", dump))
    return plain.splitlines()


if __name__ == "__main__":
    sys.exit(main())
