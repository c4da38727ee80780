"""The first day of the demo company, played as soon as everything is up."""

import asyncio
import os
import time
from datetime import UTC, datetime

import httpx
from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from zhoudao.doors.cli import (
    demo_allocation,
    demo_bookings,
    demo_catalogue,
    demo_day,
    demo_dialogues,
    demo_exceptions,
    demo_fulfilment,
    demo_incidents,
    demo_labels,
    demo_network,
    demo_orders,
    demo_past,
    demo_portal,
    demo_quality,
    demo_queue,
    demo_repairs,
    demo_said,
    demo_storefronts,
    demo_transfers,
    demo_worth,
)
from zhoudao.doors.cli.demo_replay import replay

PAST = "demo.live_past"
_WAIT_SECONDS = 120
_STRETCH_SECONDS, _WAIT_FOR_ANALYST_SECONDS = 10.0, 3


class NotUp(Exception):
    """The pages did not answer."""


@app.task(name="demo.play", queue="default", pass_context=False)
def play() -> None:
    """Plays the small set; run again after a kill, it goes on."""
    url = f"http://127.0.0.1:{settings.PORT}"
    try:
        _wait_for(url)
        pace, span = demo_day.catch_up()
        dialogues = demo_dialogues.schedule(demo_dialogues.read(demo_dialogues.SMALL_SET), span * 0.95)
        asyncio.run(replay(dialogues, url=url, token=demo_day.replay_token(), pace=pace, concurrency=len(dialogues)))
    finally:
        demo_day.follow_real_time()
    demo_queue.live(at=datetime.now(UTC))
    demo_portal.live(at=datetime.now(UTC))
    demo_incidents.live(at=datetime.now(UTC))
    demo_bookings.live(at=datetime.now(UTC))
    demo_network.live(at=datetime.now(UTC))
    demo_orders.live(at=datetime.now(UTC))
    demo_exceptions.live(at=datetime.now(UTC))
    demo_storefronts.live(at=datetime.now(UTC))
    demo_allocation.live(at=datetime.now(UTC))
    demo_fulfilment.live(at=datetime.now(UTC))
    demo_transfers.live(at=datetime.now(UTC))
    demo_worth.live(at=datetime.now(UTC))
    demo_said.live(at=datetime.now(UTC))
    demo_past.live(at=datetime.now(UTC))
    demo_quality.live(at=datetime.now(UTC))
    demo_repairs.live(at=datetime.now(UTC))
    demo_labels.live(at=datetime.now(UTC))
    demo_catalogue.live(at=datetime.now(UTC))
    if os.environ.get("DEMO_PAST", "1") != "0":
        app.configure_task(PAST, queue="analyst").defer()


@app.task(name=PAST, queue="analyst", lock=PAST, retry=RetryStrategy(max_attempts=5, wait=20))
def live_past() -> None:
    """Lives some more of the company's past, a few cases at a time, and has the rest done later; run again after a
    kill, it goes on. It is the analyst's, so that nothing of today waits behind it.
    """
    gone = demo_past.go_on(seconds=_STRETCH_SECONDS)
    if gone.is_over:
        app.configure_task("outlook.learn", queue="analyst").defer(at=datetime.now(UTC).isoformat())
    else:
        later = {"seconds": _WAIT_FOR_ANALYST_SECONDS} if gone.waits else None
        app.configure_task(PAST, queue="analyst", schedule_in=later).defer()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/readyz", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise NotUp(f"{url} did not answer within {_WAIT_SECONDS} seconds.")
