"""The demo company's last months: what its customers wanted in six shops, lived in the order in which it happened.

It is made up from a seed and the day the company was founded, so that whoever goes on after a stop goes on with the
same. What was lived is known by its first message; nothing is lived twice.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.doors.cli.demo_habits import Complaint, Crew, Inquiry, words
from zhoudao.doors.cli.demo_street import Matter, live_case
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Delivery

ID = "demo-month"
WEEKS, COMPLAINTS, INQUIRIES = 14, 7, 4  # a week and shop
SHOPS = ("shanghai-jingan", "nanjing", "hangzhou", "chengdu", "guangzhou", "beijing")
TOTAL = WEEKS * (COMPLAINTS + INQUIRIES) * len(SHOPS)
LAST = timedelta(days=10)  # before the founding: what began then is over by now
_DAYS = (0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6)  # more is wrong after a weekend
_COMES_AGAIN = 0.08


@frozen
class Planned:
    """A matter with what leads it through its life."""

    matter: Matter
    rng: Random
    lives: "Complaint | Inquiry"


def founded_at() -> datetime:
    """The day the company was founded, as its shipped flows say; no time of it counts.

    Raises: FlowVersion.DoesNotExist
    """
    first = FlowVersion.objects.filter(key="complaint").order_by("version").defer("source")[0].deployed_at
    return datetime.combine(first.astimezone(clock.zone()).date(), time(), clock.zone())


def began_at(founded: datetime) -> datetime:
    """The Monday with which it begins."""
    first = founded - LAST - timedelta(weeks=WEEKS)
    return first - timedelta(days=first.weekday())


def planned(founded: datetime) -> list[Planned]:
    """All of it, in the order in which it began."""
    crew = Crew()
    found = [one for week in range(WEEKS) for one in _week(began_at(founded), week, crew)]
    return sorted(found, key=lambda one: (one.matter.opened_at, one.matter.key))


def lived() -> set[str]:
    """What was lived already (one statement)."""
    keys = Delivery.objects.filter(key__startswith=f"{ID}-", key__endswith="-1").values_list("key", flat=True)
    return {key.removesuffix("-1") for key in keys}


def live_one(one: Planned) -> Case:
    """This will have one lived."""
    return live_case(one.matter, one.rng, one.lives)


def _week(began: datetime, week: int, crew: Crew) -> Iterator[Planned]:
    for store in SHOPS:
        for number in range(COMPLAINTS + INQUIRIES):
            name = f"{ID}-{week:02d}-{store}-{number:02d}"
            yield _one(name, store, began + timedelta(weeks=week), number < COMPLAINTS, crew)


def _one(name: str, store: str, week: datetime, is_complaint: bool, crew: Crew) -> Planned:
    rng = Random(name)  # noqa: S311 - no secret
    about = rng.choice(words()["complaints" if is_complaint else "inquiries"])
    opened_at = week + timedelta(days=rng.choice(_DAYS), hours=rng.triangular(8.2, 21.5, 10.5))
    who = f"{ID}-{store}-{rng.randrange(30)}" if rng.random() < _COMES_AGAIN else name
    matter = Matter(
        name, "complaint" if is_complaint else "inquiry", store,
        about["says"].format(goods=rng.choice(words()["goods"])), opened_at, who, rng.choice(words()["people"]),
    )  # fmt: skip
    return Planned(matter, rng, (Complaint if is_complaint else Inquiry)(about, crew))
