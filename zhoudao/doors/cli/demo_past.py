"""The demo company's past: a fortnight of like questions at once, and months of cases while the pages serve already.

The months are lived a few cases at a time, in the order in which they happened, with the chapters of an improvement
between them; whoever stops may go on later, and what was lived is not lived again.
"""

import time
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.db import transaction

from zhoudao.doors.cli import demo_circle as circle
from zhoudao.doors.cli import demo_months as months
from zhoudao.doors.cli import demo_programme as programme
from zhoudao.doors.cli.demo_circle import WEEK, Chapter, Story
from zhoudao.doors.cli.demo_street import HEARERS, Life, Matter, live_case
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer, of_user
from zhoudao.ground.eventlog.past import Told
from zhoudao.ground.notices.commands import hushed
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.conversations.models import Delivery

_EACH = 9
_SLOWER = {"web": 1.0, "hangzhou": 9.0}
_ASKED = ("发票抬头可以改吗？", "电子发票发到哪里了？", "发票什么时候开？")
_ANSWERED = "您好，已按新的抬头重新开具，请查收邮箱。"
_ID = "demo-past"
_MORNING, _DAY = timedelta(hours=10), timedelta(days=1)
_CHAPTERS: tuple[tuple[timedelta, Chapter], ...] = (
    (1 * WEEK, programme.earlier_one_begun),
    (6 * WEEK, circle.suggested),
    (6 * WEEK + _DAY, programme.audit_held),
    (7 * WEEK, programme.earlier_one_closed),
    (7 * WEEK + 2 * _DAY, programme.programme_begun),
    (8 * WEEK, circle.diagnosed),
    (8 * WEEK + 0.1 * _DAY, circle.key_nodes_found),
    (8 * WEEK + 0.2 * _DAY, circle.registered),
    (8 * WEEK + 1 * _DAY, circle.tried_on_paper),
    (8 * WEEK + 2 * _DAY, programme.seen_on_the_spot),
    (8 * WEEK + 3 * _DAY, circle.drawn),
    (8 * WEEK + 4 * _DAY, circle.trained),
    (circle.STARTS, circle.started),
    (circle.STARTS + 0.1 * _DAY, programme.on_its_way),
    (circle.STARTS + WEEK, programme.first_week_seen),
)
_LAST: tuple[tuple[timedelta, Chapter], ...] = ((2 * _DAY, programme.compared), (1 * _DAY, programme.checked))


@frozen
class Gone:
    """How far it is: cases lived of all, whether the analyst is waited for, and whether nothing is left."""

    lived: int
    cases: int
    waits: bool
    is_over: bool


def live(*, at: datetime) -> None:
    """This will have eighteen questions about invoices asked, answered and solved in the past. Twice is once."""
    if Delivery.objects.filter(key__startswith=f"{_ID}-").exists():
        return
    rng = Random(13)  # noqa: S311  # how long each took, not a secret
    lead = of_user(User.objects.filter(grants__role="team_lead", is_active=True).order_by("email")[0])
    for number in range(_EACH):
        for store, slower in _SLOWER.items():
            name = f"{_ID}-{store}-{number}"
            began = at - timedelta(days=12 - number, hours=rng.uniform(2, 6))
            matter = Matter(name, "inquiry", store, _ASKED[len(name) % len(_ASKED)], began)
            live_case(matter, rng, partial(_answered, lead=lead, minutes=slower * rng.uniform(6, 14)))


def _answered(life: Life, *, lead: Viewer, minutes: float) -> None:
    """So long until the answer, half as long again until it is solved."""
    life.after(minutes=minutes)
    life.answers(_ANSWERED, lead)
    life.after(minutes=1.5 * minutes)
    life.resolves("answered", "billing", lead)


def go_on(*, seconds: float) -> Gone:
    """This will live on for about so long, and stop sooner where the analyst is waited for."""
    until = time.monotonic() + seconds
    founded = months.founded_at()
    planned, done = months.planned(founded), months.lived()
    latest = max((one.matter.opened_at for one in planned if one.matter.key in done), default=None)
    story = Story(months.began_at(founded), circle.viewer("he.rui"))
    chapters = [(at, chapter) for at, chapter in _dated(founded) if latest is None or at > latest]
    for one in planned:
        if one.matter.key in done:
            continue
        while chapters and chapters[0][0] <= one.matter.opened_at:
            if not _told(story, *chapters[0]):
                return Gone(len(done), len(planned), waits=True, is_over=False)
            chapters.pop(0)
        if time.monotonic() > until:
            return Gone(len(done), len(planned), waits=False, is_over=False)
        months.live_one(one)
        done.add(one.matter.key)
    is_over = all(_told(story, at, chapter) for at, chapter in chapters)
    return Gone(len(done), len(planned), waits=not is_over, is_over=is_over)


def _dated(founded: datetime) -> list[tuple[datetime, Chapter]]:
    """The chapters with their moments, in order."""
    began = months.began_at(founded)
    first = [(began + after + _MORNING, chapter) for after, chapter in _CHAPTERS]
    return first + [(founded - before + _MORNING, chapter) for before, chapter in _LAST]


def _told(story: Story, at: datetime, chapter: Chapter) -> bool:
    """This will do a chapter's part, heard by nobody."""
    with transaction.atomic(), hushed():
        told = Told(HEARERS)
        is_done = chapter(story, at)
        told.tell()
    return is_done
