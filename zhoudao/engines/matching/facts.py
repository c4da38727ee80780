"""What matching knows, and what it weighs. Moments are whole minutes since an origin of the caller's choosing.

A worker's day begins at their start at the day's first minute of work; the way home is their own. Cost is counted in
sixtieths of a minute, so that everything adds up in whole numbers: a minute of driving is 60, an hour that a customer
waits is 120 (two minutes of driving), and a day's second, third, … visit of one worker costs 5, 10, … minutes, so that
work is spread.
"""

from collections.abc import Mapping

from zhoudao.kit.frozen import frozen
from zhoudao.kit.globe import Point, kilometres

STEP = 15  # minutes: visits begin at whole quarters of an hour
_ARRIVING = 15  # minutes to park, find the door and be let in
_PER_KM = 1.5  # minutes: streets are 1.3 times the way of a bird, at about 52 km/h
_WAITING = 2  # of each minute
_CROWDING = 300  # of each visit before it on that day
_CHANGING = 1800  # half an hour of driving: somebody else comes than the customer was told
UNPLANNED = 10_000_000  # of each visit that nobody makes: more than any way


@frozen
class Shift:
    """A stretch of work on a day (any number that is the day's own)."""

    day: int
    begin: int
    end: int


@frozen
class Worker:
    """Somebody who can be sent. No `brands`: all of them. `certified`: until which moment, by certification."""

    key: str
    start: Point
    skills: frozenset[str]
    brands: frozenset[str]
    certified: Mapping[str, int]
    radius_km: int
    a_day: int
    shifts: tuple[Shift, ...]


@frozen
class Job:
    """A visit somebody wants: it begins no earlier than `earliest` and ends no later than `latest`.

    `skill`, `brand` and `certification` may be empty: anybody will do. `is_promised`: its time is told, so that it is
    `earliest` exactly. `had`: who the customer was told comes. `is_fixed`: under way or done, by `had` at `earliest`.
    """

    key: str
    place: Point
    minutes: int
    earliest: int
    latest: int
    skill: str = ""
    brand: str = ""
    certification: str = ""
    is_promised: bool = False
    had: str = ""
    is_fixed: bool = False


@frozen
class Stop:
    """A visit that is planned."""

    key: str
    day: int
    place: Point
    begin: int
    end: int


def travel(one: Point, other: Point) -> int:
    """Minutes from door to door.

    >>> travel((31.23, 121.47), (31.23, 121.47)), travel((31.23, 121.47), (31.30, 120.62))
    (15, 137)
    """
    return _ARRIVING + round(kilometres(one, other) * _PER_KM)


def wait_cost(job: Job, begin: int) -> int:
    """What it costs that a visit begins then, in sixtieths of a minute."""
    return 0 if job.is_promised else _WAITING * max(0, begin - job.earliest)


def crowd_cost(before: int) -> int:
    """What one more visit costs a worker who has so many on that day, in sixtieths of a minute."""
    return _CROWDING * before


def change_cost(job: Job, worker: str) -> int:
    """What it costs that this worker comes, where the customer was told of another, in sixtieths of a minute."""
    return _CHANGING if job.had not in {"", worker} else 0


def left_cost(job: Job) -> int:
    """What it costs that nobody makes a visit; what is under way is made before all others."""
    return UNPLANNED * 10 if job.is_fixed else UNPLANNED


def cost_minutes(cost: int) -> float:
    """A cost in minutes of driving."""
    return cost / 60


def is_skilled(worker: Worker, job: Job) -> bool:
    """Whether they can do what is to be done there, on any day."""
    knows = not job.skill or job.skill in worker.skills
    return knows and (not job.brand or not worker.brands or job.brand in worker.brands)


def is_near(worker: Worker, job: Job) -> bool:
    """Whether it lies within their radius."""
    return kilometres(worker.start, job.place) <= worker.radius_km


def is_certified(worker: Worker, job: Job, end: int) -> bool:
    """Whether their certification is valid until the visit's end."""
    return not job.certification or worker.certified.get(job.certification, end - 1) >= end


def first_start(job: Job, shifts: tuple[Shift, ...], since: int, until: int) -> int | None:
    """The first moment from `since` at which it can begin within one of these stretches and end by `until`."""
    since, until = max(since, job.earliest), min(until, job.latest)
    step = 1 if job.is_promised else STEP
    for shift in shifts:
        begin = -(-max(since, shift.begin) // step) * step
        if begin + job.minutes <= min(until, shift.end):
            return begin
    return None
