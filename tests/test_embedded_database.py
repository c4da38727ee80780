"""The embedded database, where machines are awkward."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from zhoudao.config import postgres
from zhoudao.config.ports import PortTaken, free_port, require_free

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(open_folder: Path, request: pytest.FixtureRequest) -> Path:
    made = open_folder / str(request.node.name)[:20]
    made.mkdir()
    return made


@pytest.fixture
def clusters() -> Iterator[list[postgres.Cluster]]:
    made: list[postgres.Cluster] = []
    yield made
    for cluster in made:
        cluster.stop()
        if cluster.home not in cluster.base.parents:
            shutil.rmtree(cluster.base)


def start(home: Path, clusters: list[postgres.Cluster], said: list[str] | None = None) -> postgres.Cluster:
    cluster = postgres.Cluster(home, fast=True, say=(said if said is not None else []).append)
    clusters.append(cluster)
    cluster.start()
    return cluster


def who(cluster: postgres.Cluster) -> object:
    with psycopg.connect(cluster.urls()[postgres.APPLICATION]) as connection:
        return connection.execute("SELECT current_user").fetchone()


def test_a_path_too_long_for_a_socket_is_served_on_a_port(folder: Path, clusters: list[postgres.Cluster]) -> None:
    cluster = start(folder / ("long" * 20), clusters)
    assert "@127.0.0.1:" in cluster.urls()[postgres.APPLICATION]
    assert who(cluster) == ("zhoudao_app",)


def test_data_of_another_postgresql_is_refused_and_untouched(folder: Path, clusters: list[postgres.Cluster]) -> None:
    cluster = start(folder / "home", clusters)
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(postgres.DatabaseTrouble, match="was written by PostgreSQL 12"):
        start(folder / "home", clusters)


def test_a_lock_left_by_a_dead_server_is_no_obstacle(folder: Path, clusters: list[postgres.Cluster]) -> None:
    cluster = start(folder / "home", clusters)
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")  # the number is another's now
    assert who(start(folder / "home", clusters)) == ("zhoudao_app",)


def test_a_dead_server_nobody_took_note_of_is_waited_for(folder: Path, clusters: list[postgres.Cluster]) -> None:
    cluster = start(folder / "home", clusters)
    cluster.stop()
    dead = subprocess.Popen(["true"])
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
    for lock in (cluster.data / "postmaster.pid", cluster.run / ".s.PGSQL.5432.lock"):
        lock.write_text(f"{dead.pid}\n{cluster.data}\n")
    taking_note = threading.Timer(0.5, dead.wait)
    taking_note.start()
    assert who(start(folder / "home", clusters)) == ("zhoudao_app",)
    taking_note.join()


def test_what_a_killed_server_left_running_is_waited_for(
    folder: Path, clusters: list[postgres.Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = start(folder / "home", clusters)
    cluster.stop()
    monkeypatch.setattr(postgres, "PREDECESSOR_SECONDS", 0.2)
    left = subprocess.Popen(["sleep", "30"], cwd=cluster.data)
    try:
        with pytest.raises(postgres.DatabaseTrouble, match=f"process {left.pid}"):
            start(folder / "home", clusters)
    finally:
        left.kill()
        left.wait()
    assert who(start(folder / "home", clusters)) == ("zhoudao_app",)


def test_data_of_a_deleted_installation_is_set_aside(folder: Path, clusters: list[postgres.Cluster]) -> None:
    start(folder / "home", clusters).stop()
    (folder / "home/database.json").unlink()
    said: list[str] = []
    cluster = start(folder / "home", clusters, said)
    assert who(cluster) == ("zhoudao_app",)
    assert any("it is kept as" in words for words in said)


def test_a_home_the_database_cannot_reach_keeps_its_cluster_elsewhere_and_says_so(
    folder: Path, clusters: list[postgres.Cluster]
) -> None:
    (folder / "private").mkdir(mode=0o700)
    said: list[str] = []
    cluster = start(folder / "private/home", clusters, said)
    outside = os.geteuid() == 0  # any other user runs the server as itself
    assert (cluster.base.parent == Path("/var/lib")) is outside
    assert any(str(cluster.base) in words for words in said) is outside
    assert who(cluster) == ("zhoudao_app",)


def test_the_next_port_is_suggested_when_one_is_taken() -> None:
    port = free_port()
    require_free("127.0.0.1", port)
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(PortTaken, match=f"PORT={port + 10}"):
            require_free("127.0.0.1", port)
