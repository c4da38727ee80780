"""What each process of the product does."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from zhoudao.config.environment import port, whole_number

log = logging.getLogger(__name__)

WEB_WORKERS, WEB_THREADS = 2, 8
JOB_THREADS = 4
WEBHOOK_THREADS = 8  # other systems may be slow: nothing of ours waits behind them
GRACE_SECONDS = 5
_Loop = Callable[[threading.Event], None]


def web() -> None:
    """Pages and the API."""
    from granian.constants import Interfaces

    from zhoudao.config.serving import serve

    target, workers = "zhoudao.config.wsgi:application", whole_number("WEB_WORKERS", WEB_WORKERS, most=64)
    serve(target, interface=Interfaces.WSGI, port=port(), workers=workers, threads=WEB_THREADS)


def live() -> None:
    """Live updates to open pages."""
    from granian.constants import Interfaces

    from zhoudao.config.serving import serve

    target = "zhoudao.config.asgi:application"
    serve(target, interface=Interfaces.ASGI, port=port() + 1, workers=1, threads=1)


def worker() -> None:
    """Jobs, and the events' subscribers."""
    from zhoudao.ground.eventlog import dispatch

    _run(
        "worker",
        {"events": dispatch.run_forever, "jobs": _jobs("default"), "webhooks": _jobs("webhooks", WEBHOOK_THREADS)},
    )


def clock() -> None:
    """Promises due, timers, sweeps, reports: time knocks too."""
    from zhoudao.doors import clock as door

    _run("clock", {"clock": door.run_forever})


def analyst() -> None:
    """Mining, language and reports: the one process that loads the heavy libraries."""
    # a packer and a customer wait for no report
    _run("analyst", {"jobs": _jobs("analyst"), "labels": _jobs("labels", 1), "photos": _jobs("photos", 1)})


def _jobs(queue: str, threads: int = JOB_THREADS) -> _Loop:
    """A loop that works off one queue, with transactions of Django's own for what the jobs defer."""

    def work(stop: threading.Event) -> None:
        asyncio.run(_work(queue, threads, stop))

    return work


async def _work(queue: str, threads: int, stop: threading.Event) -> None:
    from procrastinate.contrib.django import app

    jobs = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's connector
    async with jobs.open_async():
        working = asyncio.create_task(
            jobs.run_worker_async(
                queues=[queue],
                name=queue,
                concurrency=threads,
                fetch_job_polling_interval=1.0,
                shutdown_graceful_timeout=GRACE_SECONDS,
                delete_jobs="successful",
                install_signal_handlers=False,
                task_middleware=[_without_stale_connection],
            )
        )
        while not stop.is_set() and not working.done():
            await asyncio.sleep(0.1)
        if not working.done():
            working.cancel()
        try:
            await working
        except asyncio.CancelledError:
            if not stop.is_set():
                raise


def _without_stale_connection(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    from django.db import close_old_connections

    close_old_connections()
    try:
        return call_next()
    finally:
        close_old_connections()


def _run(name: str, loops: dict[str, _Loop]) -> None:
    """This will run the loops side by side until a signal, or until one fails: then the process ends, to start anew."""
    from zhoudao.config.heartbeat import beat_in_background

    stop, failed = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def guarded(part: str, loop: _Loop) -> None:
        try:
            loop(stop)
        except Exception:
            log.exception("%s: %s failed", name, part)
        finally:
            if not stop.is_set():
                failed.set()
                stop.set()

    threads = [threading.Thread(target=guarded, args=item, name=item[0], daemon=True) for item in loops.items()]
    threads.append(beat_in_background(name, stop))
    for thread in threads:
        if not thread.is_alive():
            thread.start()
    stop.wait()
    deadline = time.monotonic() + GRACE_SECONDS + 2
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    logging.shutdown()
    os._exit(1 if failed.is_set() else 0)  # a thread that will not end must not keep us
