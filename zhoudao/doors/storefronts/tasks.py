"""The job of shops' posts; it may run twice."""

from procrastinate.contrib.django import app

from zhoudao.doors.storefronts.port import reader_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.commands import posts


@app.task(name=posts.TAKE_JOB, queue="default", pass_context=False)
def take_posts() -> None:
    """Takes what was kept and not taken."""
    posts.take_waiting(reader_of, now=clock.now)
