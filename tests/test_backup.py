"""A backup brings everything back, and nothing of it can be read without the keys."""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from zhoudao.config import postgres
from zhoudao.doors.cli import sealed_keys

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("backup")]
PASSPHRASE = "correct horse battery staple"
STORED = "ab/" + "0" * 30 + "ab"
EVENT = """
    INSERT INTO eventlog_event (id, type, schema, occurred_at, recorded_at, actor, channel, element, primary_type,
                                primary_id, seq, objects, object_ids, attributes, xid)
    VALUES (gen_random_uuid(), 'cases.CaseOpened', 1, now(), now(), 'system:test', '', '', 'case', gen_random_uuid(), 1,
            '[]', '{}', '{}', %s)
"""
SUBSCRIPTION = "INSERT INTO eventlog_subscription (name, cursor_xid) VALUES ('reader', %s)"


@dataclass
class Shop:
    """An installation that was used, its backup and its keys."""

    home: Path
    backup: Path
    keys: Path


def run(home: Path, *arguments: str, passphrase: str = PASSPHRASE) -> "subprocess.CompletedProcess[str]":
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ZHOUDAO_", "DATABASE_"))}
    own |= {"ZHOUDAO_HOME": str(home), "ZHOUDAO_PASSPHRASE": passphrase, "DEMO": "0"}
    command = [sys.executable, "-m", "zhoudao.config.main", *arguments]
    return subprocess.run(command, env=own, capture_output=True, text=True, check=False, timeout=240)


@pytest.fixture(scope="module")
def shop(open_folder: Path) -> Shop:
    made = Shop(open_folder / "shop", open_folder / "shop.tar", open_folder / "shop.keys")
    cluster = postgres.Cluster(made.home, fast=True)
    cluster.start()
    try:
        for command in ("migrate", "welcome"):
            done = run(made.home, command)
            assert done.returncode == 0, done.stderr
        with psycopg.connect(cluster.urls()[postgres.APPLICATION]) as connection:
            connection.execute(EVENT, [5000])
            connection.execute(EVENT, [7000])
            connection.execute(SUBSCRIPTION, [5000])
        stored = made.home / "files" / STORED
        stored.parent.mkdir(parents=True)
        stored.write_bytes(b"sealed")
        done = run(made.home, "backup", str(made.backup), "--keys", str(made.keys))
        assert done.returncode == 0, done.stderr
        twice = run(made.home, "backup", str(made.backup))
        assert (twice.returncode, "not overwritten" in twice.stderr) == (1, True)
    finally:
        cluster.stop()
    return made


@pytest.fixture(scope="module")
def empty(shop: Shop) -> Iterator[Path]:
    """A new installation's database, running; what is refused leaves it empty."""
    cluster = postgres.Cluster(shop.home.parent / "empty", fast=True)
    cluster.start()
    yield cluster.home
    cluster.stop()


def test_a_backup_comes_back_whole(shop: Shop) -> None:
    cluster = postgres.Cluster(shop.home.parent / "other", fast=True)
    cluster.start()
    try:
        done = run(cluster.home, "restore", str(shop.backup), "--keys", str(shop.keys))
        assert done.returncode == 0, done.stderr
        keys = "keys/keys.json"
        assert json.loads((cluster.home / keys).read_text()) == json.loads((shop.home / keys).read_text())
        assert (cluster.home / "files" / STORED).read_bytes() == b"sealed"
        with psycopg.connect(cluster.urls()[postgres.OWNER]) as connection:
            assert connection.execute("SELECT count(*) FROM accounts_user").fetchone() == (1,)
            distance = """
                SELECT e.xid - s.cursor_xid, e.xid < 0 FROM eventlog_event e, eventlog_subscription s
                 WHERE e.actor = 'system:test' AND s.name = 'reader' ORDER BY 1
            """
            assert connection.execute(distance).fetchall() == [(0, True), (2000, True)]
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                connection.execute("DELETE FROM eventlog_event")
        again = run(cluster.home, "restore", str(shop.backup), "--keys", str(shop.keys))
        assert (again.returncode, "not empty" in again.stderr) == (1, True)
    finally:
        cluster.stop()


def test_a_backup_holds_no_key(shop: Shop) -> None:
    keys = json.loads((shop.home / "keys/keys.json").read_text())
    hidden = [keys["secret"], keys["index"], *keys["master"].values()]
    for content in (shop.backup.read_bytes(), shop.keys.read_bytes()):
        assert not [word for word in hidden if word.encode() in content or bytes.fromhex(keys["index"]) in content]
    with tarfile.open(shop.backup) as tar:
        assert set(tar.getnames()) == {"manifest.json", "database.dump", f"files/{STORED}"}


def test_a_backup_without_its_keys_is_not_restored(shop: Shop, empty: Path) -> None:
    done = run(empty, "restore", str(shop.backup))
    assert (done.returncode, "give --keys FILE" in done.stderr) == (1, True)


def test_a_wrong_passphrase_opens_nothing(shop: Shop, empty: Path) -> None:
    done = run(empty, "restore", str(shop.backup), "--keys", str(shop.keys), passphrase="quite another phrase")
    assert (done.returncode, "does not open this keys file" in done.stderr) == (1, True)


def test_the_keys_of_another_shop_are_refused(shop: Shop, empty: Path) -> None:
    other = shop.home.parent / "other.keys"
    other.write_text(sealed_keys.seal({"master": {"k1": "00"}, "index": "00", "secret": "other"}, PASSPHRASE))
    done = run(empty, "restore", str(shop.backup), "--keys", str(other))
    assert (done.returncode, "not the keys" in done.stderr) == (1, True)


def test_a_file_that_is_no_backup_is_refused(shop: Shop, empty: Path) -> None:
    done = run(empty, "restore", str(shop.keys), "--keys", str(shop.keys))
    assert (done.returncode, "cannot be read as a backup" in done.stderr) == (1, True)
