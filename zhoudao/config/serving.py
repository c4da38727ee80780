"""The two HTTP servers: pages and API over WSGI, live updates over ASGI."""

import gc
import importlib
import os
import signal
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from zhoudao.config.lifeline import die_with_parent
from zhoudao.config.memory import put_off_rare_work, share_pools, spare_test_tools
from zhoudao.config.ports import require_free

KILL_AFTER_SECONDS = 6


def serve(target: str, *, interface: Interfaces, port: int, workers: int, threads: int) -> None:
    """This will serve an application until we are told to stop.

    Raises: PortTaken
    """
    address = os.environ.get("BIND", "127.0.0.1")
    require_free(address, port)
    server = Granian(
        target,
        address=address,
        port=port,
        interface=interface,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_SECONDS,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=_load)


def _load(target: str) -> Any:
    """Runs in the server's own worker, which must not keep the port when its main process was killed."""
    die_with_parent(signal.SIGKILL, parent=os.getppid())
    share_pools()
    spare_test_tools()
    put_off_rare_work()
    module, name = target.split(":")
    application = getattr(importlib.import_module(module), name)
    gc.collect()
    gc.freeze()  # what is loaded stays: looking through it again and again costs bulk requests a twentieth
    from zhoudao.config.heartbeat import beat_in_background

    beat_in_background("live" if module.endswith("asgi") else "web")
    return application
