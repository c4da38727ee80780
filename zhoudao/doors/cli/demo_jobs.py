"""The first day of the demo company, played as soon as everything is up."""

import asyncio
import time
from datetime import UTC, datetime

import httpx
from django.conf import settings
from procrastinate.contrib.django import app

from zhoudao.doors.cli import (
    demo_allocation,
    demo_bookings,
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

_WAIT_SECONDS = 120


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
